using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Environments;

/// <summary>Pins a job to its weights, and stores what each attempt runs on.</summary>
sealed class EnvironmentStore(NpgsqlDataSource db)
{
    const string Pinned = $"""
        SELECT j.policy_sha256 AS "Policy", j.reward_sha256 AS "Reward", j.embedding_sha256 AS "Embedding"
        FROM batches b JOIN jobs j USING (job_id) WHERE {LeaseFence.Held}
        """;

    const string Pin = """
        UPDATE jobs SET policy_sha256 = coalesce(policy_sha256, @Policy), reward_sha256 = coalesce(reward_sha256, @Reward),
            embedding_sha256 = coalesce(embedding_sha256, @Embedding)
        WHERE job_id = @JobId
        """;

    static readonly string s_keep = ReadCommitted.Alone("""
        INSERT INTO environments (sha256, policy_sha256, reward_sha256, embedding_sha256, content)
        VALUES (@Sha256, @Policy, @Reward, @Embedding, @Content::jsonb)
        ON CONFLICT (sha256) DO NOTHING
        """);

    static readonly string s_declare = ReadCommitted.Alone($"""
        INSERT INTO attempt_environments (batch_id, lease_epoch, environment_id)
        SELECT held.batch_id, held.lease_epoch, e.environment_id
        FROM (SELECT b.batch_id, b.lease_epoch FROM batches b WHERE {LeaseFence.Held} AND {LockWait.Limited} FOR SHARE) held,
            environments e
        WHERE e.sha256 = @Sha256
        ON CONFLICT (batch_id, lease_epoch) DO UPDATE SET environment_id = excluded.environment_id
        """);

    const string OfAttempts = """
        SELECT content::text FROM environments e
        WHERE environment_id IN (
            SELECT t.environment_id FROM attempt_environments t JOIN batches b USING (batch_id) WHERE b.job_id = @JobId)
        ORDER BY environment_id
        """;

    const string PinnedOfJob = """
        SELECT policy_sha256 AS "Policy", reward_sha256 AS "Reward", embedding_sha256 AS "Embedding" FROM jobs WHERE job_id = @JobId
        """;

    /// <summary>
    /// Called before the attempt's first step. Pins the job to the weights of the first worker, if nobody has seen them earlier, and stores
    /// what the attempt runs on. If the job is pinned to other weights, it stores nothing. It may be called again after a commit of unknown
    /// outcome.
    /// </summary>
    /// <returns>
    /// What the job is pinned to: the caller must sample nothing unless that allows its models. Null: the lease is lost.
    /// </returns>
    public async Task<PinnedWeights?> BeginAsync(BatchLease lease, RunEnvironment environment, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var pinned = await PinnedAsync(connection, lease, ct);
        if (pinned is null || !pinned.Allow(environment)) return pinned;
        // Weights that are pinned stay, so only the first worker needs the job's lock.
        if (pinned.Lack(environment)) pinned = await PinAsync(connection, lease, environment, ct);
        if (pinned is null || !pinned.Allow(environment)) return pinned;

        var content = JsonSerializer.Serialize(environment, ContractsJson.Lines);
        var key = new
        {
            lease.BatchId, lease.Epoch, lease.LeaseId, Sha256 = Hash(content),
            Policy = environment.Policy.Sha256, Reward = environment.Reward?.Sha256,
            Embedding = environment.Embedding?.Sha256, Content = PostgresText.Clean(content),
        };
        // Two statements: the second sees a row that another worker has inserted meanwhile.
        await connection.ExecuteAsync(new CommandDefinition(s_keep, key, cancellationToken: ct));
        return await connection.ExecuteAsync(new CommandDefinition(s_declare, key, cancellationToken: ct)) > 0 ? pinned : null;
    }

    /// <summary>Each different environment of the job's attempts once, in the order in which they were first used anywhere.</summary>
    public async Task<IReadOnlyList<RunEnvironment>> OfAttemptsAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<string>(new CommandDefinition(OfAttempts, new { JobId = jobId }, cancellationToken: ct));
        return [.. rows.Select(row => JsonSerializer.Deserialize<RunEnvironment>(row, ContractsJson.Lines)!)];
    }

    /// <summary>Null: no such job.</summary>
    public async Task<PinnedWeights?> PinnedAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<PinnedWeights>(
            new CommandDefinition(PinnedOfJob, new { JobId = jobId }, cancellationToken: ct));
    }

    // Whatever ends a lease takes the job's lock first: between the read and the commit nobody takes the batch away.
    // A crash after the commit leaves a job without steps that is pinned to the weights of this worker.
    static async Task<PinnedWeights?> PinAsync(
        NpgsqlConnection connection, BatchLease lease, RunEnvironment environment, CancellationToken ct)
    {
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        await new BatchTransitions(connection).LockJobAsync(lease.JobId, ct);
        // Another worker may have been first.
        var pinned = await PinnedAsync(connection, lease, ct);
        if (pinned is null || !pinned.Allow(environment)) return pinned;
        var mine = new PinnedWeights(
            environment.Policy.Sha256, pinned.Reward ?? environment.Reward?.Sha256, pinned.Embedding ?? environment.Embedding?.Sha256);
        await connection.ExecuteAsync(
            new CommandDefinition(Pin, new { mine.Policy, mine.Reward, mine.Embedding, lease.JobId }, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        return mine;
    }

    static Task<PinnedWeights?> PinnedAsync(NpgsqlConnection connection, BatchLease lease, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<PinnedWeights>(
            new CommandDefinition(Pinned, lease.Key, cancellationToken: ct));

    static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
}
