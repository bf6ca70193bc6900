using System.Globalization;
using RebaseBatch.Benchmarks.Jobs;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Checkpoints;

namespace RebaseBatch.Benchmarks.Checkpoint;

/// <summary>One turn with checkpoints and one without.</summary>
/// <param name="ServerSeconds">Processor time of the database server during the turn with checkpoints.</param>
/// <param name="Statements">Checkpoints stored.</param>
/// <param name="RowBytes">Bytes of the stored steps.</param>
/// <param name="LogBytes">Bytes of the server's write-ahead log, which the disk must write.</param>
/// <param name="StoringSeconds">
/// Processor time, including the server's, of storing the same steps in as many statements while nothing else runs.
/// </param>
sealed record CheckpointRound(CheckpointRun With, CheckpointRun Without, double ServerSeconds, long Statements, long RowBytes,
    long LogBytes, double StoringSeconds)
{
    /// <summary>
    /// The share that checkpoints add per token, in the worker's own process. It is per token because two runs of a search differ by a few
    /// tokens.
    /// </summary>
    public double CpuShare => With.CpuSecondsPerToken / Without.CpuSecondsPerToken - 1;

    /// <summary>The same with the server's processor time.</summary>
    public double CpuShareWithServer => (With.Cost.CpuSeconds + ServerSeconds) / With.Sampled / Without.CpuSecondsPerToken - 1;

    public double WallShare => With.SecondsPerToken / Without.SecondsPerToken - 1;

    /// <summary>
    /// The cost of storing alone, as a share of the run without checkpoints: on a busy machine two runs differ by more than checkpoints
    /// cost.
    /// </summary>
    public double StoringShare => StoringSeconds / Without.Cost.CpuSeconds;

    /// <param name="withFirst">
    /// Whether the run with checkpoints is first. The order alternates, because a machine that gets busier must not favour one of them.
    /// </param>
    public static async Task<CheckpointRound> RunAsync(JobBench bench, IReadOnlyList<ProblemSpec> problems, bool withFirst)
    {
        var postgres = bench.Postgres;
        var (job, lease, pending) = await bench.ClaimAsync(problems);
        var without = withFirst ? null : await CheckpointRun.WithoutAsync(bench, pending);

        var (logBefore, serverBefore) = (await postgres.QueryAsync<string>("SELECT pg_current_wal_lsn()::text"), postgres.CpuSeconds);
        var with = await CheckpointRun.WithAsync(bench, lease, pending);
        var server = postgres.CpuSeconds - serverBefore;
        var log = await postgres.QueryAsync<long>("SELECT (pg_current_wal_lsn() - @Before::pg_lsn)::bigint", new { Before = logBefore });

        without ??= await CheckpointRun.WithoutAsync(bench, pending);
        // A statement is a transaction, and its rows have the transaction's time.
        var statements =
            await postgres.QueryAsync<long>(
                "SELECT count(DISTINCT n.created_at) FROM nodes n JOIN problems p USING (problem_id) WHERE p.job_id = @Job",
                new { Job = job });
        var storing = await StoreAgainAsync(bench, problems, with, pending[0].ProblemId, (int)statements);
        return new(with, without, server, statements,
            await postgres.QueryAsync<long>(
                "SELECT sum(pg_column_size(n.*)) FROM nodes n JOIN problems p USING (problem_id) WHERE p.job_id = @Job", new { Job = job }),
                log, storing);
    }

    /// <summary>Stores the run's steps once more, for another job of the same problems.</summary>
    /// <returns>Processor seconds of this process and of the server.</returns>
    static async Task<double> StoreAgainAsync(JobBench bench, IReadOnlyList<ProblemSpec> problems, CheckpointRun run, long firstProblem,
        int statements)
    {
        var (_, lease, pending) = await bench.ClaimAsync(problems);
        // A batch's problems have consecutive numbers.
        var steps = run.Steps.Select(step => step with { ProblemId = step.ProblemId - firstProblem + pending[0].ProblemId });
        var (store, server) = (new CheckpointStore(bench.Postgres.DataSource), bench.Postgres.CpuSeconds);
        var stored = pending.ToDictionary(problem => problem.ProblemId, _ => default(StoredTree));
        var cost = await Cost.OfAsync(async () =>
        {
            foreach (var due in steps.Chunk((run.Steps.Count + statements - 1) / statements))
            {
                var seconds = due.Select(step => step.ProblemId).Distinct().ToDictionary(problem => problem, _ => 0.25);
                if (!await store.AppendAsync(lease, due, seconds, default, stored))
                    throw new InvalidOperationException("the lease was lost");
                foreach (var steps in due.CountBy(step => step.ProblemId)) stored[steps.Key] = stored[steps.Key].With(steps.Value);
            }
        });
        return cost.CpuSeconds + bench.Postgres.CpuSeconds - server;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{With.Sampled:N0} and {Without.Sampled:N0} tokens, {With.Cost.Seconds:F1} and {Without.Cost.Seconds:F1} s, "
        + $"CPU {With.Cost.CpuSeconds:F1} and {Without.Cost.CpuSeconds:F1} s, server {ServerSeconds:F2} s; "
        + $"CPU {CpuShare:P1}, with the server {CpuShareWithServer:P1}, wall {WallShare:P1}; "
        + $"storing alone {StoringSeconds:F2} s, {StoringShare:P1}");
}
