using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Finds jobs that do already what somebody wants to enqueue.</summary>
static class HeldJobs
{
    // If two processes enqueue one job, only one of them may find it missing. The lock is held to the end of the transaction. Not an
    // advisory lock: everybody may take that, also a login that may only read.
    const string Lock = "LOCK TABLE sweeps IN SHARE ROW EXCLUSIVE MODE";

    // A job with failed problems counts as existing: 'jobs retry' repairs it; a new job would run all its problems again.
    // The hash of the inputs says which weights the job was enqueued for, the pins say which it got: the name of a model that only the
    // workers had may stand for others by now.
    const string Held = $"""
        SELECT w.inputs AS "Inputs", max(j.job_id) AS "JobId"
        FROM unnest(@Inputs::text[], @Policies::text[], @Rewards::text[], @Embeddings::text[]) AS w(inputs, policy, reward, embedding)
        JOIN jobs j ON j.inputs_sha256 = w.inputs
        WHERE NOT j.cancel_requested AND j.state <> '{JobStates.Cancelled}'
          AND (j.policy_sha256 = w.policy) IS NOT FALSE AND (j.reward_sha256 = w.reward) IS NOT FALSE
          AND (j.embedding_sha256 = w.embedding) IS NOT FALSE
        GROUP BY w.inputs
        """;

    const string Keyed = $"""
        SELECT job_id, inputs_sha256 FROM jobs
        WHERE unique_key = @Key AND NOT cancel_requested AND state <> '{JobStates.Cancelled}' ORDER BY job_id DESC LIMIT 1
        """;

    const string GiveKey = "UPDATE jobs SET unique_key = @Key WHERE job_id = @JobId";

    /// <summary>
    /// Until the transaction on <paramref name="connection"/> ends, no other process looks for jobs to enqueue those that are missing.
    /// </summary>
    public static Task LockAsync(NpgsqlConnection connection, CancellationToken ct) =>
        // Another process that enqueues a large sweep holds the lock until all of its jobs are stored.
        connection.ExecuteAsync(new CommandDefinition(
            Lock, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));

    /// <summary>For each of the inputs the newest job that has them and was not cancelled, if there is one.</summary>
    public static async Task<Dictionary<string, long>> OfInputsAsync(
        NpgsqlConnection connection, IEnumerable<JobInputs> inputs, CancellationToken ct)
    {
        var wanted = inputs.ToList();
        var rows = await connection.QueryAsync<(string Inputs, long JobId)>(new CommandDefinition(Held, new
        {
            Inputs = wanted.Select(one => one.InputsSha256).ToArray(), Policies = wanted.Select(one => one.PolicySha256).ToArray(),
            Rewards = wanted.Select(one => one.RewardSha256).ToArray(),
            Embeddings = wanted.Select(one => one.EmbeddingSha256).ToArray(),
        }, cancellationToken: ct));
        return rows.ToDictionary(row => row.Inputs, row => row.JobId);
    }

    /// <summary>The newest job that was enqueued with this key and was not cancelled; null: none.</summary>
    public static async Task<(long JobId, string? InputsSha256)?> OfKeyAsync(NpgsqlConnection connection, string key, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<(long, string?)>(
            new CommandDefinition(Keyed, new { Key = PostgresText.Clean(key) }, cancellationToken: ct));
        return rows.Select(row => ((long, string?)?)row).FirstOrDefault();
    }

    public static Task GiveKeyAsync(NpgsqlConnection connection, long jobId, string key, CancellationToken ct) =>
        connection.ExecuteAsync(
            new CommandDefinition(GiveKey, new { JobId = jobId, Key = PostgresText.Clean(key) }, cancellationToken: ct));
}
