using RebaseBatch.Batches;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;

namespace RebaseBatch.Benchmarks.Resume;

/// <summary>
/// <c>resume [--problems N] [--width N] [--repeats N]</c>: a job of the bundled models stopped and stored when each search has half of its
/// tokens, and taken up again from a private Postgres: what it takes to be there again, against what it had taken to get there.
/// </summary>
static class ResumeBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--problems", 24), ("--width", 16), ("--repeats", 5));
        var options = BundledModels.OneThreadEach();
        var problems = await BundledModels.ProblemsAsync(arguments["--problems"]);
        var spec = BundledModels.Job(arguments["--width"], batchSize: problems.Count);
        await using var postgres = await PrivatePostgres.StartAsync();
        using var models = await BundledModels.LoadAsync(options);
        List<BatchProblem> whole = [.. problems.Select((problem, i) => new BatchProblem(i, i, problem, [], 0))];
        var full = await ResumeRound.SolveAsync(whole, _ => spec, models, options);
        var halves = whole.ConvertAll(problem => full.Entries.Where(entry => entry.ProblemId == problem.ProblemId).Sum(entry => (long)entry.Node.Cost.Sampled) / 2);

        List<ResumeRound> rounds = [];
        for (var repeat = 0; repeat < arguments["--repeats"]; repeat++)
        {
            rounds.Add(await ResumeRound.RunAsync(spec, problems, halves, models, options, postgres));
            await Say.ProgressAsync($"repeat {repeat + 1}: {rounds[^1]}");
        }

        Console.WriteLine("problems | width | tokens to get there | encoded again | of those % | CPU back/there % | wall back/there % | sampled tokens repeated");
        Console.WriteLine("---|---|---|---|---|---|---|---");
        Console.WriteLine(string.Join(" | ", problems.Count, spec.Width, Of(round => round.Evaluated), Of(round => round.Reencoded), Of(round => 100 * round.TokenShare),
            Of(round => 100 * round.CpuShare), Of(round => 100 * round.WallShare), rounds.Sum(round => round.Repeated)));
        return 0;

        Spread Of(Func<ResumeRound, double> figure) => Spread.Of(rounds.Select(figure));
    }
}
