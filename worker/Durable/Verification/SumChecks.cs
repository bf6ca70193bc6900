using RebaseBatch.Durable.Checkpoints;

namespace RebaseBatch.Durable.Verification;

/// <summary>Each sum in the tables is the sum of its rows.</summary>
static class SumChecks
{
    /// <summary>What a search's steps sum up to, by problem.</summary>
    const string OfNodes = $"SELECT problem_id, count(*) AS nodes, {NodeSums.Columns} FROM nodes GROUP BY 1";

    static readonly TableCheck s_searches = new("search_sums", "SELECT count(*) FROM searches", $"""
        SELECT p.job_id, format('job %s problem %s: its search says %s steps and %s tokens, and its rows are %s and %s', p.job_id,
            p.custom_id, coalesce(s.node_count, 0), coalesce(s.sampled_tokens, 0), coalesce(n.nodes, 0), coalesce(n.sampled, 0)) AS fault
        FROM searches s FULL JOIN ({OfNodes}) n USING (problem_id) JOIN problems p USING (problem_id)
        WHERE s.nodes_pruned_at IS NULL
          AND ((coalesce(s.node_count, 0), coalesce(s.sampled_tokens, 0)) <> (coalesce(n.nodes, 0), coalesce(n.sampled, 0))
            OR {Differ("coalesce(s.device_seconds, 0)", $"coalesce({NodeSums.Seconds("n")}, 0)")})
        """);

    static readonly TableCheck s_usage = new("usage_sums", "SELECT count(*) FROM usage", $"""
        SELECT u.job_id, format('job %s problem %s: its usage says %s steps and %s tokens, and its rows are %s and %s', u.job_id,
            p.custom_id, u.nodes, u.policy_sampled_tokens, coalesce(n.nodes, 0), coalesce(n.sampled, 0)) AS fault
        FROM usage u JOIN problems p USING (problem_id) LEFT JOIN searches s USING (problem_id) LEFT JOIN ({OfNodes}) n USING (problem_id)
        WHERE s.nodes_pruned_at IS NULL
          AND ((u.nodes, u.policy_sampled_tokens, u.policy_evaluated_tokens, coalesce(u.reward_evaluated_tokens, 0),
                u.policy_reencoded_tokens, coalesce(u.reward_reencoded_tokens, 0), coalesce(u.embedding_evaluated_tokens, 0))
              <> (coalesce(n.nodes, 0), coalesce(n.sampled, 0), coalesce(n.policy, 0), coalesce(n.reward, 0), coalesce(n.policy_again, 0),
                coalesce(n.reward_again, 0), coalesce(n.embedding, 0))
            OR (u.policy_cached_tokens, u.reward_cached_tokens) IS DISTINCT FROM (n.policy_held, n.reward_held)
            OR u.policy_discarded_tokens > u.policy_sampled_tokens
            OR {Differ("coalesce(u.policy_device_seconds, 0)", "coalesce(n.policy_seconds, 0)")}
            OR {Differ("coalesce(u.reward_device_seconds, 0)", "coalesce(n.reward_seconds, 0)")}
            OR {Differ("coalesce(u.embedding_device_seconds, 0)", "coalesce(n.embedding_seconds, 0)")})
        """);

    public static IReadOnlyList<TableCheck> All { get; } =
    [
        s_searches, s_usage,
        .. JobSumTable.All.Select(table => new TableCheck(table.Name, $"SELECT count(*) FROM {table.Name}", table.Faults)),
    ];

    // Sums of doubles depend on the order of the rows.
    static string Differ(string sum, string rows) => $"abs({sum} - {rows}) > 1e-6 * greatest(1, abs({rows}))";
}
