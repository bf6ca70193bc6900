using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>A fresh database and every store over it.</summary>
public abstract class StoreTest(PostgresServer server) : IAsyncLifetime
{
    internal static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);

    /// <summary>A lease taken for this long has run out from the start.</summary>
    internal static readonly TimeSpan RunOut = TimeSpan.FromSeconds(-1);

    internal static readonly JobSpec Spec = new() { Name = "test", Policy = "tiny", Reward = "tiny-prm", BatchSize = 2, MaxAttempts = 2 };

    /// <summary>REBASE on the models of <see cref="Spec"/> over one dataset, at these widths.</summary>
    internal static SweepSpec Sweep(params int[] widths) => new()
    {
        Name = "sizes", Datasets = [new("d.jsonl", null)], Policies = [Spec.Policy], Rewards = [Spec.Reward!],
        Strategies = [new(SearchStrategy.Rebase, widths, [])], Seeds = [0], Settings = [],
    };

    internal TestDatabase Database { get; private set; } = null!;
    internal JobStore Jobs { get; private set; } = null!;
    internal LeaseStore Leases { get; private set; } = null!;
    internal ProblemStore Problems { get; private set; } = null!;
    internal CheckpointStore Checkpoints { get; private set; } = null!;
    internal ResultStore Results { get; private set; } = null!;
    internal ResultQueries Queries { get; private set; } = null!;

    internal static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await server.CreateDatabaseAsync();
        (Jobs, Leases, Problems) = (new(Database.DataSource), new(Database.DataSource), new(Database.DataSource));
        (Checkpoints, Results, Queries) = (new(Database.DataSource), new(Database.DataSource), new(Database.DataSource));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal Task<long> EnqueueAsync(int problems, JobSpec? spec = null) =>
        Jobs.EnqueueAsync(spec ?? Spec, [.. Enumerable.Range(0, problems).Select(Problem)], Ct);

    internal static ProblemSpec Problem(int i) => new($"id-{i}", $"q-{i}", $"What is {i} + {i}?", i % 2 == 0 ? $"{2 * i}" : null);

    internal async Task<BatchLease> ClaimOneAsync(TimeSpan? ttl = null) =>
        Assert.Single(await Leases.ClaimAsync("worker", 1, ttl ?? Ttl, Ct));

    internal async Task<bool> CompleteAsync(BatchLease lease, string? error = null)
    {
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        return await Results.CompleteAsync(lease, [.. pending.Select(p => Result(lease, p, error))], Ct);
    }

    internal static ProblemResult Result(BatchLease lease, BatchProblem problem, string? error = null) => new(problem.ProblemId,
        new()
        {
            CustomId = problem.Spec.CustomId,
            QuestionId = problem.Spec.QuestionId,
            JobId = lease.JobId,
            BatchNo = lease.BatchNo,
            GoldAnswer = problem.Spec.GoldAnswer,
            Answer = error is null ? "4" : null,
            Correct = error is null && problem.Spec.GoldAnswer is { } gold ? gold == "4" : null,
            Votes = error is null
                ? [new(VotingMethod.Majority, null, "4", problem.Spec.GoldAnswer is { } g ? g == "4" : null, 0.1 + 0.2)] : [],
            Candidates = error is null ? [new(1, "4", "2 + 2 = 4 \\u0000 \"π\"\n", [0.1, 1e-7, 1.0 / 3])] : [],
            Error = error,
        },
        new()
        {
            CustomId = problem.Spec.CustomId,
            JobId = lease.JobId,
            BatchNo = lease.BatchNo,
            Policy = new() { Model = "tiny", Sha256 = "ab", Parameters = 1000, PromptTokens = 7, SampledTokens = 10, EvaluatedTokens = 17 },
            Reward = new() { Model = "tiny-prm", Sha256 = "cd", Parameters = 500, EvaluatedTokens = 20 },
            PolicyFlops = 20_000.1,
            TotalFlops = 54_000.7,
            WallSeconds = 0.3,
            Nodes = 1,
            Attempts = lease.Attempt,
        });

    internal static SearchNode Node(int no, int parent = 0, double? score = 0.5, string text = "a step\n") => new()
    {
        No = no,
        ParentNo = parent,
        Depth = 1,
        ChildIndex = no - 1,
        State = NodeState.Open,
        Tokens = [.. Enumerable.Range(100 * no, no)],
        Text = text,
        Score = score,
        Cost = new(no, new(2 * no, no, 0.25 * no), new(3 * no, 2 * no, 0.5 * no)),
    };

    internal Task<bool> StoreAsync(BatchLease lease, long problemId, params SearchNode[] nodes) =>
        Checkpoints.AppendAsync(lease, [.. nodes.Select(n => new CheckpointEntry(problemId, n))],
            new Dictionary<long, double> { [problemId] = 1.5 }, Ct);

    internal async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    internal async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync(sql, parameters);
    }

    internal Task<string> BatchStateAsync(BatchLease lease) =>
        ScalarAsync<string>("SELECT state FROM batches WHERE batch_id = @BatchId", new { lease.BatchId });

    /// <summary>Everything that a fenced write could change, as one text.</summary>
    internal Task<string> ContentAsync() => ScalarAsync<string>("""
        SELECT concat_ws(E'\n',
            (SELECT json_agg(j ORDER BY job_id) FROM jobs j), (SELECT json_agg(b ORDER BY batch_id) FROM batches b),
            (SELECT json_agg(s ORDER BY problem_id) FROM searches s), (SELECT json_agg(n ORDER BY problem_id, no) FROM nodes n),
            (SELECT json_agg(a ORDER BY problem_id) FROM answers a), (SELECT json_agg(u ORDER BY problem_id) FROM usage u),
            (SELECT json_agg(o ORDER BY job_id, batch_no) FROM outbox o))
        """);

    internal async Task<JobProgress> ProgressAsync(long jobId) => Assert.IsType<JobProgress>(await Jobs.ProgressAsync(jobId, Ct));
}
