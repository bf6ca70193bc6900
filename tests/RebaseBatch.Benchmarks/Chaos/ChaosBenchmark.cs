using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>
/// <c>chaos [--tries N] [--workers N] [--seed N] [--fault N] [--patience SECONDS] [--runtime LLamaSharp|LlamaCpp]</c>: for each fault (<see
/// cref="ChaosFaults"/>), or the N-th of them alone, workers on a private Postgres run jobs of all strategies while the fault happens again
/// and again. When no work is left, <c>db verify</c> checks the tables and files. With <c>pgbouncer</c> on the path there are two faults
/// more, and for root on Linux one. Prints a line for each fault. The exit code is 1 if anything is not 0.
/// </summary>
static class ChaosBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (runtime, rest) = RuntimeOption.Take(args);
        var arguments = new Arguments(rest, ("--tries", 5), ("--workers", 2), ("--seed", 1), ("--fault", 0), ("--patience", 180));
        var faults = arguments["--fault"] is var only and > 0 ? [ChaosFaults.All[only - 1]] : ChaosFaults.All;
        Console.WriteLine(ChaosOutcome.Heading);
        var clean = true;
        foreach (var fault in faults)
        {
            var outcome = await RunAsync(fault, runtime, arguments);
            Console.WriteLine(outcome);
            clean &= outcome.IsClean;
        }

        return clean ? 0 : 1;
    }

    static async Task<ChaosOutcome> RunAsync(ChaosFault fault, InferenceRuntime? runtime, Arguments arguments)
    {
        await using var bench = await ChaosBench.StartAsync(fault, runtime, arguments["--workers"], arguments["--seed"]);
        await bench.FeedAsync();
        // The first try must hit work, not a worker that still starts.
        while (await bench.QueryAsync<long>("SELECT count(*) FROM nodes") == 0) await Task.Delay(50);
        for (var i = 1; i <= arguments["--tries"]; i++)
        {
            await bench.FeedAsync();
            await Task.Delay(TimeSpan.FromSeconds(0.5 + bench.Random.NextDouble()));
            await fault.DoAsync(bench);
            await BenchmarkOutput.ProgressAsync($"{fault.Name}: {i} of {arguments["--tries"]}");
        }

        await bench.FeedAsync();
        var hasEnded = await bench.RestAsync(TimeSpan.FromSeconds(arguments["--patience"]));
        if (hasEnded) await bench.DrainAsync();
        return await ChaosOutcome.ReadAsync(fault, arguments["--tries"], bench, hasEnded);
    }
}
