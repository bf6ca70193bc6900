using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;

namespace RebaseBatch.Benchmarks.Queue;

/// <summary>
/// <c>queue [--workers N] [--batches N] [--repeats N]</c>: claims and completions of batches per second, without models. It compares, in
/// turns, one worker with <c>--workers</c> workers on one private Postgres. The batches belong to one job, and then to as many jobs as
/// workers.
/// </summary>
static class QueueBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--workers", 8), ("--batches", 400), ("--repeats", 5));
        var (workers, batches) = (arguments["--workers"], arguments["--batches"]);
        await using var postgres = await PrivatePostgres.StartAsync();
        await QueueRun.RunAsync(postgres, workers, jobs: 1, batches: 64);
        Console.WriteLine(
            $"jobs | batches | 1 worker, batches/s | {workers} workers, batches/s | ratio | CPU ms per batch, 1 worker "
            + $"| {workers} workers");
        Console.WriteLine("---|---|---|---|---|---|---");
        foreach (var jobs in (int[])[1, workers])
        {
            List<(QueueRun One, QueueRun Many)> rounds = [];
            for (var repeat = 0; repeat < arguments["--repeats"]; repeat++)
            {
                rounds.Add((await QueueRun.RunAsync(postgres, 1, jobs, batches),
                    await QueueRun.RunAsync(postgres, workers, jobs, batches)));
                var (one, many) = rounds[^1];
                await BenchmarkOutput.ProgressAsync(
                    $"{jobs} jobs, repeat {repeat + 1}: {one.BatchesPerSecond:F0} and {many.BatchesPerSecond:F0} batches/s");
            }

            Console.WriteLine(
                string.Join(" | ", jobs, batches, Of(round => round.One.BatchesPerSecond), Of(round => round.Many.BatchesPerSecond),
                Of(round => round.Many.BatchesPerSecond / round.One.BatchesPerSecond), Of(round => CpuMilliseconds(round.One)),
                Of(round => CpuMilliseconds(round.Many))));

            Spread Of(Func<(QueueRun One, QueueRun Many), double> figure) => Spread.Of(rounds.Select(figure));
        }
        return 0;
    }

    /// <summary>Processor time of the workers and the server together.</summary>
    static double CpuMilliseconds(QueueRun run) => 1000 * (run.Cost.CpuSeconds + run.ServerSeconds) / run.Batches;
}
