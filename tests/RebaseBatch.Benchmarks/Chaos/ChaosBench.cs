using Dapper;
using Npgsql;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>A server, workers on it, and jobs of all strategies for them.</summary>
sealed class ChaosBench : IAsyncDisposable
{
    const int JobsUnderWay = 3, ProblemsOfAJob = 6;

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rebase-chaos-");
    readonly List<WorkerProcess> _workers = [];
    readonly IReadOnlyList<ProblemSpec> _problems;
    readonly ChaosFault _fault;

    ChaosBench(ChaosFault fault, PrivatePostgres postgres, IReadOnlyList<ProblemSpec> problems, int seed)
    {
        (_fault, Postgres, _problems, Random) = (fault, postgres, problems, new(seed));
        if (fault.ThroughPooler) Pooler = new(postgres.ConnectionString);
    }

    public PrivatePostgres Postgres { get; }

    /// <summary>Null unless the fault asks for it.</summary>
    public PoolerStandIn? Pooler { get; }

    /// <summary>Null unless the fault asks for it.</summary>
    public PgBouncer? PgBouncer { get; private set; }

    /// <summary>Null unless the fault asks for it.</summary>
    public SmallDisk? Disk { get; private init; }

    public Random Random { get; }

    public string ResultsFolder => Path.Combine(_folder.FullName, "results");

    public WorkerProcess AnyWorker => _workers[Random.Next(_workers.Count)];

    public WorkerProcess LastWorker => _workers[^1];

    /// <summary>How often a worker ended by itself, which none should do.</summary>
    public int Stopped { get; private set; }

    public static async Task<ChaosBench> StartAsync(ChaosFault fault, InferenceRuntime? runtime, int workers, int seed)
    {
        var disk = fault.OnSmallDisk ? SmallDisk.Mount() : null;
        var postgres = await (disk is null
            ? PrivatePostgres.StartAsync() : PrivatePostgres.StartAsync(disk.Folder.CreateSubdirectory("server")));
        var bench = new ChaosBench(fault, postgres, await BundledModels.ProblemsAsync(200), seed) { Disk = disk };
        if (fault.PgBouncer is { } program)
            bench.PgBouncer = await PgBouncer.StartAsync(program, postgres.ConnectionString, bench._folder);
        var reached = bench.PgBouncer?.ConnectionString ?? bench.Pooler?.ConnectionString ?? postgres.ConnectionString;
        for (var i = 0; i < workers; i++)
        {
            string[] chosen = runtime is { } given ? [$"Inference:Runtime={given}"] : [];
            string[] settings = i == 0 ? chosen : [.. fault.OthersSettings, .. chosen];
            bench._workers.Add(new(reached, bench._folder.FullName, settings));
        }
        return bench;
    }

    /// <summary>Enqueues jobs until some are under way, and replaces workers that ended by themselves.</summary>
    public async Task FeedAsync()
    {
        foreach (var worker in _workers)
        {
            if (worker.ReplaceEnded() is not { } last) continue;
            Stopped++;
            await Console.Error.WriteLineAsync($"a worker has ended by itself: {last}");
        }
        while (await UnderWayAsync() < JobsUnderWay)
        {
            try
            {
                await EnqueueAsync();
            }
            catch (NpgsqlException)
            {
                // As in QueryAsync.
            }
        }
    }

    /// <summary>Waits until all jobs have ended and their files are there. False: they did not within <paramref name="limit"/>.</summary>
    public async Task<bool> RestAsync(TimeSpan limit)
    {
        for (var until = DateTime.UtcNow + limit; DateTime.UtcNow < until; await Task.Delay(TimeSpan.FromMilliseconds(200)))
            if (await UnderWayAsync() == 0 && await QueryAsync<long>("SELECT count(*) FROM outbox") == 0) return true;
        return false;
    }

    public Task DrainAsync() => Task.WhenAll(_workers.Select(worker => worker.DrainAsync()));

    /// <summary>Holds the lock of the rows for a while.</summary>
    public async Task LockAsync(string select, TimeSpan duration)
    {
        await using var connection = await Postgres.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(select);
        await Task.Delay(duration);
    }

    public Task ExecuteAsync(string sql) => QueryAsync<object?>(sql);

    /// <summary>The first value of the answer; waits while the server is away.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        for (var until = DateTime.UtcNow + s_patience; ; await Task.Delay(100))
        {
            try
            {
                return await Postgres.QueryAsync<T>(sql);
            }
            catch (NpgsqlException) when (DateTime.UtcNow < until)
            {
                // A fault of this benchmark hit its own connection.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) worker.Dispose();
        Pooler?.Dispose();
        PgBouncer?.Dispose();
        await Postgres.DisposeAsync();
        Disk?.Dispose();
        _folder.Delete(recursive: true);
    }

    Task<long> UnderWayAsync() => QueryAsync<long>("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')");

    Task<long> EnqueueAsync()
    {
        var strategy = Enum.GetValues<SearchStrategy>()[Random.Next(Enum.GetValues<SearchStrategy>().Length)];
        var spec = BundledModels.Job(strategy is SearchStrategy.Greedy ? 1 : 8 << Random.Next(2), batchSize: 1 + Random.Next(4)) with
        {
            Strategy = strategy,
            Seed = Random.Next(),
            BeamWidth = 2,
            MaxAttempts = _fault.MaxAttempts,
        };
        var scored = strategy is SearchStrategy.Greedy ? spec with { Reward = null, Voting = VotingMethod.Majority } : spec;
        return new JobStore(Postgres.DataSource).EnqueueAsync(scored,
            [.. _problems.Skip(Random.Next(_problems.Count - ProblemsOfAJob)).Take(ProblemsOfAJob)], default);
    }
}
