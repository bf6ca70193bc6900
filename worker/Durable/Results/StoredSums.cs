using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Checkpoints;

namespace RebaseBatch.Durable.Results;

/// <summary>What the stored steps of a problem add up to.</summary>
sealed record StoredSums(
    long ProblemId, long Nodes, long Sampled, long PolicyEvaluated, long PolicyReencoded, long RewardEvaluated, long RewardReencoded)
{
    const string Sums = $"""
        SELECT problem_id AS "ProblemId", nodes AS "Nodes", sampled AS "Sampled", policy AS "PolicyEvaluated",
            policy_again AS "PolicyReencoded", reward AS "RewardEvaluated", reward_again AS "RewardReencoded"
        FROM (
            SELECT problem_id, count(*) AS nodes, {NodeSums.Columns} FROM nodes WHERE problem_id = ANY(@Problems) GROUP BY 1) n
        """;

    /// <summary>
    /// The results with the usage that the stored steps have: no process's memory counts. Runs in the transaction that the caller has open
    /// on <paramref name="connection"/>, under the batch's lock.
    /// </summary>
    /// <exception cref="RewoundException">The steps of an answer are not all stored, or others are.</exception>
    public static async Task<IReadOnlyList<ProblemResult>> CheckAsync(
        NpgsqlConnection connection, IReadOnlyList<ProblemResult> results, CancellationToken ct)
    {
        var problems = results.Where(result => result.SumsStoredSteps).Select(result => result.ProblemId).ToArray();
        if (problems.Length == 0) return results;
        var query = new CommandDefinition(Sums, new { Problems = problems }, cancellationToken: ct);
        var stored = (await connection.QueryAsync<StoredSums>(query)).ToDictionary(sums => sums.ProblemId);
        return [.. results.Select(result => result.SumsStoredSteps
            ? (stored.GetValueOrDefault(result.ProblemId) ?? new(result.ProblemId, 0, 0, 0, 0, 0, 0)).Check(result) : result)];
    }

    ProblemResult Check(ProblemResult result)
    {
        var (usage, policy, reward) = (result.Usage, result.Usage.Policy, result.Usage.Reward);
        var claimed = new StoredSums(result.ProblemId, usage.Nodes, policy.SampledTokens, policy.EvaluatedTokens, policy.ReencodedTokens,
            reward?.EvaluatedTokens ?? 0, reward?.ReencodedTokens ?? 0);
        if (claimed == this) return result;
        // An answer rests on its steps. An error does not, and a step may have ended after the search failed.
        if (result.Answer.Error is null)
            throw new RewoundException($"problem {ProblemId} has {Nodes} stored steps, and its answer rests on {usage.Nodes}");
        return result with { Usage = Of(usage) };
    }

    UsageRecord Of(UsageRecord usage)
    {
        var (policy, reward) = (usage.Policy, usage.Reward);
        return usage with
        {
            Nodes = (int)Nodes,
            Policy = policy with
            {
                SampledTokens = Sampled,
                EvaluatedTokens = PolicyEvaluated,
                ReencodedTokens = PolicyReencoded,
                DiscardedTokens = Sampled,
            },
            Reward = reward is null ? null : reward with
            {
                EvaluatedTokens = RewardEvaluated,
                ReencodedTokens = RewardReencoded,
                DiscardedTokens = RewardEvaluated,
            },
            PolicyFlops = Flops.Of(policy.Parameters, Sampled),
            TotalFlops = Flops.Of(policy.Parameters, PolicyEvaluated) + Flops.Of(reward?.Parameters ?? 0, RewardEvaluated),
        };
    }
}
