namespace RebaseBatch.Durable.Checkpoints;

/// <summary>What stored steps add up to. Queries over <c>nodes</c> whose sums must agree all have these columns.</summary>
static class NodeSums
{
    /// <summary>The seconds of all models, of a row of the table with this alias.</summary>
    public static string Seconds(string alias) => $"{alias}.policy_seconds + {alias}.reward_seconds + {alias}.embedding_seconds";

    /// <summary>
    /// Sums of tokens and device seconds, 0 over no row; the number of steps is the query's own. Cached tokens are null over no row, and if
    /// a step evaluated tokens and its cached ones are not known (<see cref="Core.Searching.ModelCost.SumOfCached"/>).
    /// </summary>
    public const string Columns = """
        coalesce(sum(sampled), 0) AS sampled, coalesce(sum(policy_evaluated), 0) AS policy, coalesce(sum(reward_evaluated), 0) AS reward,
        coalesce(sum(policy_reencoded), 0) AS policy_again, coalesce(sum(reward_reencoded), 0) AS reward_again,
        coalesce(sum(policy_seconds), 0) AS policy_seconds, coalesce(sum(reward_seconds), 0) AS reward_seconds,
        coalesce(sum(embedding_evaluated), 0) AS embedding, coalesce(sum(embedding_seconds), 0) AS embedding_seconds,
        CASE WHEN bool_and(policy_cached IS NOT NULL OR policy_evaluated = 0) THEN sum(policy_cached) END AS policy_held,
        CASE WHEN bool_and(reward_cached IS NOT NULL OR reward_evaluated = 0) THEN sum(reward_cached) END AS reward_held
        """;
}
