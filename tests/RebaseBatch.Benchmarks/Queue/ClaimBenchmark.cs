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
/// in different shapes (<see cref="ClaimShape"/>), and as a multiple of the claim from a queue of 24. Each claim's batches are given back
/// before the next one. Then how many updates of claims, releases and renewals stayed in place.
/// </summary>
static class ClaimBenchmark
{
    static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--waiting", 10_000), ("--claims", 200), ("--places", 2));
        await using var postgres = await PrivatePostgres.StartAsync();
        var hot = new HotUpdates(postgres);
        Console.WriteLine("shape | waiting | median ms (least to most) | 95 of 100 within ms | times the short queue's");
        Console.WriteLine("---|---|---|---|---");
        double? shortest = null;
        foreach (var shape in ClaimShape.All(arguments["--waiting"], BundledModels.Job(width: 1, batchSize: 1).Policy))
        {
            var times = await MeasureAsync(postgres, hot, shape, arguments["--claims"], arguments["--places"]);
            shortest ??= Spread.Of(times).Median;
            var (most, median) = (times.Order().ElementAt(times.Count * 95 / 100), Spread.Of(times).Median);
            Console.WriteLine(FormattableString.Invariant(
                $"{shape.Name} | {shape.Jobs * shape.Batches} | {Spread.Of(times)} | {most:F2} | {median / shortest:F2}"));
        }

        hot.Print();
        return 0;
    }

    static async Task<IReadOnlyList<double>> MeasureAsync(
        PrivatePostgres postgres, HotUpdates hot, ClaimShape shape, int claims, int places)
    {
        await using (var owner = await postgres.DataSource.OpenConnectionAsync())
        {
            await owner.ExecuteAsync("TRUNCATE jobs, turns, teams, model_caps CASCADE", commandTimeout: 600);
            await EnqueueAsync(postgres, shape);
            if (shape.Spread.Length > 0)
            {
                await owner.ExecuteAsync($"UPDATE batches SET {shape.Spread}", commandTimeout: 600);
                await owner.ExecuteAsync(
                    "INSERT INTO turns (team, priority) SELECT DISTINCT team, priority FROM batches ON CONFLICT DO NOTHING");
            }

            if (shape.Setup.Length > 0) await owner.ExecuteAsync(shape.Setup, commandTimeout: 600);
            await owner.ExecuteAsync("VACUUM ANALYZE batches; ANALYZE jobs", commandTimeout: 600);
        }

        await hot.BeginAsync();
        var times = new List<double>();
        await using (var db = postgres.Connect(ConnectionBound.OfWorker(places).Work))
        {
            var leases = new LeaseStore(db);
            for (var claim = -10; claim < claims; claim++)
            {
                var began = Stopwatch.GetTimestamp();
                var held = await leases.ClaimAsync("worker", places, s_lease, idle: true, shape.LeftOut, default);
                if (claim >= 0) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                foreach (var lease in held) await leases.ReleaseAsync(lease, default);
            }
        }

        await hot.EndAsync("claims and releases");
        await RenewAsync(postgres, hot, shape, claims, places);
        return times;
    }

    static async Task RenewAsync(PrivatePostgres postgres, HotUpdates hot, ClaimShape shape, int renewals, int places)
    {
        IReadOnlyList<BatchLease> held;
        await using (var db = postgres.Connect(ConnectionBound.OfWorker(places).Work))
            held = await new LeaseStore(db).ClaimAsync("worker", places, s_lease, idle: true, shape.LeftOut, default);
        await hot.BeginAsync();
        await using (var db = postgres.Connect(ConnectionBound.OfWorker(places).Work))
        {
            for (var i = 0; i < renewals && held.Count > 0; i++)
                await new LeaseStore(db).RenewAsync(held[i % held.Count], s_lease, default);
        }

        await hot.EndAsync("renewals");
    }

    static async Task EnqueueAsync(PrivatePostgres postgres, ClaimShape shape)
    {
        var (spec, jobs) = (BundledModels.Job(width: 1, batchSize: 1), new JobStore(postgres.DataSource));
        var problems = Enumerable.Range(0, shape.Batches).Select(i => new ProblemSpec($"{i}", $"{i}", "1 + 1 = ?", "2")).ToList();
        for (var job = 0; job < shape.Jobs; job++) await jobs.EnqueueAsync(spec, problems, default);
    }
}
