using RebaseBatch.Benchmarks.Jobs;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Benchmarks.Resume;

/// <summary>
/// <c>resume [--problems N] [--width N] [--repeats N] [--runtime LLamaSharp|LlamaCpp]</c>: stops and stores a job of the bundled models
/// when each search has half of its tokens, and resumes it from a private Postgres. It compares the cost of the resume with the cost of the
/// first half.
/// </summary>
static class ResumeBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        await using var bench = await JobBench.StartAsync(args);
        List<BatchProblem> whole = [.. bench.Problems.Select((problem, i) => new BatchProblem(i, i, problem, [], 0))];
        var full = await ResumeRound.SolveAsync(bench, whole, _ => bench.Spec);
        var halves =
            whole.ConvertAll(
                problem => full.Entries.Where(entry => entry.ProblemId == problem.ProblemId)
                    .Sum(entry => (long)entry.Node.Cost.Sampled) / 2);
        var rounds = await bench.RepeatAsync(_ => ResumeRound.RunAsync(bench, halves));
        bench.Print(
            ("tokens before the stop", Of(round => round.Evaluated)), ("encoded again", Of(round => round.Reencoded)),
            ("of those %", Of(round => 100 * round.TokenShare)),
            ("CPU resume/before %", Of(round => 100 * round.CpuShare)), ("wall resume/before %", Of(round => 100 * round.WallShare)),
            ("sampled tokens repeated", rounds.Sum(round => round.Repeated)));
        return 0;

        Spread Of(Func<ResumeRound, double> figure) => Spread.Of(rounds.Select(figure));
    }
}
