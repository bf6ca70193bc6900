using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;

namespace RebaseBatch.Benchmarks.Queue;

/// <summary>
/// <c>queue [--workers N] [--batches N] [--repeats N] [--places N]</c>: claims and completions of batches per second, without models. It
/// compares, in turns, one worker with <c>--workers</c> workers on one private Postgres. The batches belong to one job, and then to as many
/// jobs as workers. A worker holds one batch at a time, and then up to <c>--places</c>.
/// </summary>
static class QueueBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--workers", 8), ("--batches", 2000), ("--repeats", 3), ("--places", 8));
        var (workers, batches) = (arguments["--workers"], arguments["--batches"]);
        await using var postgres = await PrivatePostgres.StartAsync();
        await QueueRun.RunAsync(postgres, workers, places: 1, jobs: 1, batches: 64);
        Console.WriteLine(
            $"jobs | places | batches | 1 worker, batches/s | {workers} workers, batches/s | ratio | CPU ms per batch, 1 worker "
            + $"| {workers} workers | of it the server");
        Console.WriteLine("---|---|---|---|---|---|---|---|---");
        foreach (var (jobs, places) in ((int, int)[])[(1, 1), (workers, 1), (1, arguments["--places"]), (workers, arguments["--places"])])
        {
            List<(QueueRun One, QueueRun Many)> rounds = [];
            for (var repeat = 0; repeat < arguments["--repeats"]; repeat++)
            {
                rounds.Add((await QueueRun.RunAsync(postgres, 1, places, jobs, batches),
                    await QueueRun.RunAsync(postgres, workers, places, jobs, batches)));
                var (one, many) = rounds[^1];
                await BenchmarkOutput.ProgressAsync(
                    $"{jobs} jobs, {places} places, {repeat + 1}: {one.BatchesPerSecond:F0} and {many.BatchesPerSecond:F0} batches/s");
            }

            Console.WriteLine(
                string.Join(" | ", jobs, places, batches, Of(round => round.One.BatchesPerSecond), Of(round => round.Many.BatchesPerSecond),
                Of(round => round.Many.BatchesPerSecond / round.One.BatchesPerSecond), Of(round => CpuMilliseconds(round.One)),
                Of(round => CpuMilliseconds(round.Many)), Of(round => 1000 * round.Many.ServerSeconds / round.Many.Batches)));

            Spread Of(Func<(QueueRun One, QueueRun Many), double> figure) => Spread.Of(rounds.Select(figure));
        }
        return 0;
    }

    /// <summary>Processor time of the workers and the server together.</summary>
    static double CpuMilliseconds(QueueRun run) => 1000 * (run.Cost.CpuSeconds + run.ServerSeconds) / run.Batches;
}
