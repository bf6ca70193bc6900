using RebaseBatch.Benchmarks.Jobs;
using RebaseBatch.Benchmarks.Measuring;

namespace RebaseBatch.Benchmarks.Checkpoint;

/// <summary>
/// <c>checkpoint [--problems N] [--width N] [--repeats N] [--runtime LLamaSharp|LlamaCpp]</c>: compares, in turns, searches of the bundled
/// models that store the worker's checkpoints in a private Postgres with the same searches without checkpoints.
/// </summary>
static class CheckpointBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        await using var bench = await JobBench.StartAsync(args);
        // The first run compiles the code and warms both variants up.
        await CheckpointRound.RunAsync(bench, [.. bench.Problems.Take(4)], withFirst: true);
        var rounds = await bench.RepeatAsync(repeat => CheckpointRound.RunAsync(bench, bench.Problems, withFirst: repeat % 2 == 0));
        bench.Print(
            ("tokens", Of(round => round.With.Sampled)), ("storing % of the CPU", Of(round => 100 * round.StoringShare)),
            ("CPU added %", Of(round => 100 * round.CpuShare)),
            ("with the server's %", Of(round => 100 * round.CpuShareWithServer)), ("wall added %", Of(round => 100 * round.WallShare)),
            ("statements/s", Of(round => round.Statements / round.With.Cost.Seconds)),
            ("rows KB/s", Of(round => round.RowBytes / round.With.Cost.Seconds / 1000)),
            ("log KB/s", Of(round => round.LogBytes / round.With.Cost.Seconds / 1000)));
        return 0;

        Spread Of(Func<CheckpointRound, double> figure) => Spread.Of(rounds.Select(figure));
    }
}
