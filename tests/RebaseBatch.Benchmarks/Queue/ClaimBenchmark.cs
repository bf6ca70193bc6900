using System.Diagnostics;
using Dapper;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Benchmarks.Queue;

/// <summary>
/// <c>claim [--waiting N] [--claims N] [--places N]</c>: milliseconds of a claim, its commit included, while <c>--waiting</c> batches wait
/// in different shapes, and as a multiple of the claim from a queue of 24. Each claim's batches are given back before the next one.
/// </summary>
static class ClaimBenchmark
{
    static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--waiting", 10_000), ("--claims", 200), ("--places", 2));
        var waiting = arguments["--waiting"];
        await using var postgres = await PrivatePostgres.StartAsync();
        Console.WriteLine("shape | waiting | median ms (least to most) | 95 of 100 within ms | times the short queue's");
        Console.WriteLine("---|---|---|---|---");
        double? shortest = null;
        foreach (var (shape, jobs, batches, spread) in ((string, int, int, string)[])
        [
            ("24 batches of one job", 1, 24, ""),
            ("one job", 1, waiting, ""),
            ("24 jobs", 24, waiting / 24, ""),
            ("as many jobs", waiting, 1, ""),
            ("12 teams", waiting / 10, 10, "team = 'team ' || job_id % 12"),
            ("12 teams, 5 priorities", waiting / 10, 10, "team = 'team ' || job_id % 12, priority = job_id / 12 % 5"),
        ])
        {
            var times = await MeasureAsync(postgres, jobs, batches, spread, arguments["--claims"], arguments["--places"]);
            shortest ??= Spread.Of(times).Median;
            var (most, median) = (times.Order().ElementAt(times.Count * 95 / 100), Spread.Of(times).Median);
            Console.WriteLine(FormattableString.Invariant(
                $"{shape} | {jobs * batches} | {Spread.Of(times)} | {most:F2} | {median / shortest:F2}"));
        }
        return 0;
    }

    static async Task<IReadOnlyList<double>> MeasureAsync(
        PrivatePostgres postgres, int jobs, int batches, string spread, int claims, int places)
    {
        await using (var owner = await postgres.DataSource.OpenConnectionAsync())
        {
            await owner.ExecuteAsync("TRUNCATE jobs, turns CASCADE", commandTimeout: 600);
            var spec = BundledModels.Job(width: 1, batchSize: 1);
            for (var job = 0; job < jobs; job++)
                await new JobStore(postgres.DataSource).EnqueueAsync(
                    spec, [.. Enumerable.Range(0, batches).Select(i => new ProblemSpec($"{i}", $"{i}", "1 + 1 = ?", "2"))], default);
            if (spread.Length > 0)
            {
                await owner.ExecuteAsync($"UPDATE batches SET {spread}", commandTimeout: 600);
                await owner.ExecuteAsync(
                    "INSERT INTO turns (team, priority) SELECT DISTINCT team, priority FROM batches ON CONFLICT DO NOTHING");
            }
            await owner.ExecuteAsync("VACUUM ANALYZE batches; ANALYZE jobs", commandTimeout: 600);
        }

        await using var db = postgres.Connect(ConnectionBound.OfWorker(places).Work);
        var leases = new LeaseStore(db);
        var times = new List<double>();
        for (var claim = -10; claim < claims; claim++)
        {
            var began = Stopwatch.GetTimestamp();
            var held = await leases.ClaimAsync("worker", places, s_lease, idle: true, LeftOut.Nothing, default);
            if (claim >= 0) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            foreach (var lease in held) await leases.ReleaseAsync(lease, default);
        }
        return times;
    }
}
