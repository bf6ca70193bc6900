using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;

namespace RebaseBatch.Benchmarks.Checkpoint;

/// <summary>
/// <c>checkpoint [--problems N] [--width N] [--repeats N]</c>: searches of the bundled models with the worker's checkpoints into a private
/// Postgres, against the same searches with none, in turns.
/// </summary>
static class CheckpointBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--problems", 24), ("--width", 16), ("--repeats", 5));
        var options = BundledModels.OneThreadEach();
        var problems = await BundledModels.ProblemsAsync(arguments["--problems"]);
        var spec = BundledModels.Job(arguments["--width"], batchSize: problems.Count);
        await using var postgres = await PrivatePostgres.StartAsync();
        using var models = await BundledModels.LoadAsync(options);
        // The first run compiles and warms both up.
        await CheckpointRound.RunAsync(spec, [.. problems.Take(4)], models, options, postgres, withFirst: true);

        List<CheckpointRound> rounds = [];
        for (var repeat = 0; repeat < arguments["--repeats"]; repeat++)
        {
            rounds.Add(await CheckpointRound.RunAsync(spec, problems, models, options, postgres, withFirst: repeat % 2 == 0));
            await Say.ProgressAsync($"repeat {repeat + 1}: {rounds[^1]}");
        }

        Console.WriteLine("problems | width | tokens | storing % of the CPU | CPU added % | with the server's % | wall added % | statements/s | rows KB/s | log KB/s");
        Console.WriteLine("---|---|---|---|---|---|---|---|---|---");
        Console.WriteLine(string.Join(" | ", problems.Count, spec.Width, Of(round => round.With.Sampled),
            Of(round => 100 * round.StoringShare), Of(round => 100 * round.CpuShare), Of(round => 100 * round.CpuShareWithServer), Of(round => 100 * round.WallShare),
            Of(round => round.Statements / round.With.Cost.Seconds), Of(round => round.RowBytes / round.With.Cost.Seconds / 1000), Of(round => round.LogBytes / round.With.Cost.Seconds / 1000)));
        return 0;

        Spread Of(Func<CheckpointRound, double> figure) => Spread.Of(rounds.Select(figure));
    }
}
