using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Stores sweeps with their jobs; jobs with equal inputs are stored once.</summary>
sealed class SweepStore(NpgsqlDataSource db)
{
    // If two processes enqueue one sweep, only one of them may find its jobs missing. The lock is held to the end of the transaction. Not
    // an advisory lock: everybody may take that, also a login that may only read.
    const string Lock = "LOCK TABLE sweeps IN SHARE ROW EXCLUSIVE MODE";

    // A job with failed problems counts as existing: 'jobs retry' repairs it; a new job would run all its problems again.
    // The hash of the inputs says which weights the job was enqueued for, the pins say which it got: the name of a model that only the
    // workers had may stand for others by now.
    const string Held = $"""
        SELECT w.inputs AS "Inputs", max(j.job_id) AS "JobId"
        FROM unnest(@Inputs::text[], @Policies::text[], @Rewards::text[]) AS w(inputs, policy, reward)
        JOIN jobs j ON j.inputs_sha256 = w.inputs
        WHERE NOT j.cancel_requested AND j.state <> '{JobStates.Cancelled}'
          AND (j.policy_sha256 = w.policy) IS NOT FALSE AND (j.reward_sha256 = w.reward) IS NOT FALSE
        GROUP BY w.inputs
        """;

    const string InsertSweep = "INSERT INTO sweeps (name, spec) VALUES (@Name, @Spec::jsonb) RETURNING sweep_id";

    const string InsertJobs = """
        INSERT INTO sweep_jobs (sweep_id, place, job_id)
        SELECT @SweepId, place - 1, job_id FROM unnest(@Jobs) WITH ORDINALITY AS job (job_id, place)
        """;

    const string Failed = "SELECT job_id, failed FROM job_sums WHERE job_id = ANY(@Jobs) AND failed > 0 ORDER BY job_id";

    const string Jobs = "SELECT job_id FROM sweep_jobs WHERE sweep_id = @SweepId ORDER BY place";

    /// <summary>For each of the inputs the newest job that has them and was not cancelled, if there is one.</summary>
    public async Task<IReadOnlyDictionary<string, long>> HeldAsync(IEnumerable<JobInputs> inputs, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await HeldAsync(connection, inputs, ct);
    }

    /// <summary>Stores the sweep, the jobs that are missing, and which jobs belong to it, in one transaction.</summary>
    /// <param name="fresh">Whether all its jobs are new, even if the database has equal ones.</param>
    public async Task<StoredSweep> EnqueueAsync(SweepSpec sweep, IReadOnlyList<PreparedJob> jobs, CancellationToken ct, bool fresh = false)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var stored = await EnqueueAsync(connection, sweep, jobs, fresh, closesAt: null, ct);
        await transaction.CommitAsync(ct);
        return stored;
    }

    /// <summary>The same, within the transaction that the caller has open on <paramref name="connection"/>.</summary>
    /// <param name="closesAt">When its new jobs stop, until someone sets a later moment; null for never.</param>
    public static async Task<StoredSweep> EnqueueAsync(
        NpgsqlConnection connection, SweepSpec sweep, IReadOnlyList<PreparedJob> jobs, bool fresh, DateTimeOffset? closesAt,
        CancellationToken ct)
    {
        // Another process that enqueues a large sweep holds the lock until all of its jobs are stored.
        await connection.ExecuteAsync(new CommandDefinition(
            Lock, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));
        var held = fresh ? new Dictionary<string, long>() : await HeldAsync(connection, jobs.Select(job => job.Inputs), ct);
        var insert = new JobInsert(connection);
        var ids = new List<long>();
        foreach (var job in jobs)
            ids.Add(held.TryGetValue(job.Inputs.InputsSha256, out var id)
                ? id : await insert.InsertAsync(job.Spec, job.Problems, job.Inputs, closesAt, ct));

        var sweepId = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            InsertSweep,
            new
            {
                Name = PostgresText.Clean(sweep.Name),
                Spec = PostgresText.Clean(JsonSerializer.Serialize(sweep, ContractsJson.Default.SweepSpec))
            }, cancellationToken: ct));
        await connection.ExecuteAsync(
            new CommandDefinition(InsertJobs, new { SweepId = sweepId, Jobs = ids.ToArray() }, cancellationToken: ct));
        return new(sweepId, ids, ids.Except(held.Values).Count());
    }

    /// <summary>Those of the jobs of which problems failed, with the number of these problems.</summary>
    public async Task<IReadOnlyList<(long JobId, int Failed)>> FailedAsync(IEnumerable<long> jobs, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<(long, int)>(
            new CommandDefinition(Failed, new { Jobs = jobs.ToArray() }, cancellationToken: ct))).AsList();
    }

    /// <summary>The sweep's jobs in the order of its spec; empty when there is no such sweep.</summary>
    public async Task<IReadOnlyList<long>> JobsAsync(long sweepId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<long>(new CommandDefinition(Jobs, new { SweepId = sweepId }, cancellationToken: ct))).AsList();
    }

    static async Task<Dictionary<string, long>> HeldAsync(NpgsqlConnection connection, IEnumerable<JobInputs> inputs, CancellationToken ct)
    {
        var wanted = inputs.ToList();
        var rows = await connection.QueryAsync<(string Inputs, long JobId)>(new CommandDefinition(Held, new
        {
            Inputs = wanted.Select(one => one.InputsSha256).ToArray(), Policies = wanted.Select(one => one.PolicySha256).ToArray(),
            Rewards = wanted.Select(one => one.RewardSha256).ToArray(),
        }, cancellationToken: ct));
        return rows.ToDictionary(row => row.Inputs, row => row.JobId);
    }
}
