using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>What the stored steps of a problem add up to.</summary>
sealed record StoredSums(long ProblemId, long Nodes, long Sampled, StoredTokens Policy, StoredTokens Reward, long Embedding)
{
    // As arrays and as columns, both in the order of the record.
    static readonly ArrayColumn<StoredSums>[] s_columns =
    [
        Of("problem_id", sums => sums.ProblemId),
        Of("nodes", sums => sums.Nodes),
        Of("sampled", sums => sums.Sampled),
        Of("policy", sums => sums.Policy.Evaluated),
        Of("policy_again", sums => sums.Policy.Reencoded),
        Of("policy_held", sums => sums.Policy.Cached),
        Of("reward", sums => sums.Reward.Evaluated),
        Of("reward_again", sums => sums.Reward.Reencoded),
        Of("reward_held", sums => sums.Reward.Cached),
        Of("embedding", sums => sums.Embedding),
    ];

    const string OfProblem = $"""
        CROSS JOIN LATERAL (
            SELECT p.problem_id, count(*) AS nodes, {NodeSums.Columns} FROM nodes s WHERE s.problem_id = p.problem_id) n
        """;

    const string OfHeld = $"""
        FROM {LeaseFence.Keys} JOIN batches b ON {LeaseFence.HeldByRow} JOIN problems p ON p.batch_id = b.batch_id
        """;

    static readonly string s_compare = $"""
        SELECT refuse('{Refusals.OtherSums}', format('problem %s has %s stored steps, not %s', n.problem_id, n.nodes, c.nodes))
        {OfHeld}
        JOIN unnest({ArrayColumns.Arrays(s_columns, 4)}) AS c({ArrayColumns.Names(s_columns)}) ON c.problem_id = p.problem_id
        {OfProblem}
        WHERE ({ArrayColumns.NamesIn(s_columns, "c")}) IS DISTINCT FROM ({ArrayColumns.NamesIn(s_columns, "n")})
        """;

    static readonly string s_read = $"SELECT {ArrayColumns.NamesIn(s_columns, "n")} {OfHeld} {OfProblem}";

    /// <summary>
    /// A statement for the transaction that ends the batches, under the job's lock: it ends the transaction with
    /// <see cref="Refusals.OtherSums"/> if the usage of a result is not the sum over the stored steps. It asks nothing about leases that
    /// are lost. Null: no result claims such sums.
    /// </summary>
    public static NpgsqlBatchCommand? Compare(IReadOnlyList<BatchEnd> ends)
    {
        StoredSums[] claimed = [.. ends.SelectMany(end => end.Results).Where(result => result.SumsStoredSteps).Select(ClaimedBy)];
        if (claimed.Length == 0) return null;
        var statement = new NpgsqlBatchCommand(s_compare);
        statement.AddKeys([.. ends.Select(end => end.Lease)]);
        statement.Add(s_columns, claimed);
        return statement;
    }

    /// <summary>The results with the usage that the stored steps have: no process's memory counts.</summary>
    /// <returns>Null: the lease is lost.</returns>
    /// <exception cref="RewoundException">The steps of an answer are not all stored, or others are.</exception>
    public static async Task<IReadOnlyList<ProblemResult>?> CorrectAsync(NpgsqlDataSource db, BatchEnd end, CancellationToken ct)
    {
        await using var batch = db.CreateBatch().For(end.Results.Count);
        var read = new NpgsqlBatchCommand(s_read);
        read.AddKeys([end.Lease]);
        batch.BatchCommands.Add(read);
        await using var row = await batch.ExecuteReaderAsync(ct);
        Dictionary<long, StoredSums> stored = [];
        while (await row.ReadAsync(ct))
        {
            stored[row.GetInt64(0)] =
                new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), Tokens(row, 3), Tokens(row, 6), row.GetInt64(9));
        }

        return stored.Count == 0 ? null : [.. end.Results.Select(result => result.SumsStoredSteps
            ? (stored.GetValueOrDefault(result.ProblemId) ?? new(result.ProblemId, 0, 0, default, default, 0)).Check(result) : result)];
    }

    static StoredTokens Tokens(NpgsqlDataReader row, int first) =>
        new(row.GetInt64(first), row.GetInt64(first + 1), row.IsDBNull(first + 2) ? null : row.GetInt64(first + 2));

    static ArrayColumn<StoredSums> Of(string name, Func<StoredSums, long?> value) =>
        ArrayColumn<StoredSums>.Of(name, "bigint", NpgsqlDbType.Bigint, value);

    static StoredSums ClaimedBy(ProblemResult result)
    {
        var (usage, policy, reward) = (result.Usage, result.Usage.Policy, result.Usage.Reward);
        return new(result.ProblemId, usage.Nodes, policy.SampledTokens,
            new(policy.EvaluatedTokens, policy.ReencodedTokens, policy.CachedTokens),
            reward is null ? default : new(reward.EvaluatedTokens, reward.ReencodedTokens, reward.CachedTokens),
            usage.Embedding?.EvaluatedTokens ?? 0);
    }

    ProblemResult Check(ProblemResult result)
    {
        if (ClaimedBy(result) == this) return result;
        // An answer rests on its steps. An error does not, and a step may have ended after the search failed.
        if (result.Answer.Error is null)
            throw new RewoundException($"problem {ProblemId} has {Nodes} stored steps, and its answer rests on {result.Usage.Nodes}");
        return result with { Usage = UsageOf(result.Usage) };
    }

    UsageRecord UsageOf(UsageRecord usage)
    {
        var (policy, reward) = (usage.Policy, usage.Reward);
        return usage with
        {
            Nodes = (int)Nodes,
            Policy = policy with
            {
                SampledTokens = Sampled,
                EvaluatedTokens = Policy.Evaluated,
                ReencodedTokens = Policy.Reencoded,
                CachedTokens = Policy.Cached,
                DiscardedTokens = Sampled,
            },
            Reward = reward is null ? null : reward with
            {
                EvaluatedTokens = Reward.Evaluated,
                ReencodedTokens = Reward.Reencoded,
                CachedTokens = Reward.Cached,
                DiscardedTokens = Reward.Evaluated,
            },
            Embedding = usage.Embedding is { } embedding
                ? embedding with { EvaluatedTokens = Embedding, DiscardedTokens = Embedding } : null,
            PolicyFlops = Flops.Of(policy.Parameters, Sampled),
            TotalFlops = Flops.Of(policy.Parameters, Policy.Evaluated) + Flops.Of(reward?.Parameters ?? 0, Reward.Evaluated)
                + Flops.Of(usage.Embedding?.Parameters ?? 0, Embedding),
        };
    }
}
