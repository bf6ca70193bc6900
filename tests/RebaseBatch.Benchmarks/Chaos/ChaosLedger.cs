using RebaseBatch.Benchmarks.Database;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>The checks and figures of the tables after all jobs have ended.</summary>
static class ChaosLedger
{
    /// <summary>Each must be 0.</summary>
    public static readonly IReadOnlyList<(string Name, string Sql)> Faults =
    [
        ("problems of completed jobs without their result", """
            SELECT count(*) FROM problems p JOIN jobs j USING (job_id)
            WHERE j.state = 'completed' AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
            """),
        ("results that are errors", "SELECT count(*) FROM answers WHERE failed"),
        ("steps sampled again", "SELECT coalesce(sum(repeated_steps), 0) FROM searches"),
        ("usage that is not the sum of its steps", """
            SELECT count(*) FROM usage u
            WHERE (u.policy_sampled_tokens, u.policy_evaluated_tokens, coalesce(u.reward_evaluated_tokens, 0), u.nodes) <> (
                SELECT coalesce(sum(sampled), 0), coalesce(sum(policy_evaluated), 0), coalesce(sum(reward_evaluated), 0), count(*)
                FROM nodes n WHERE n.problem_id = u.problem_id)
            """),
        ("sums of jobs that are not those of their answers", """
            SELECT count(*) FROM job_sums s WHERE (s.answered, s.failed, s.graded, s.correct, s.unanswered) <> (
                SELECT count(*), count(*) FILTER (WHERE failed), count(p.gold_answer) FILTER (WHERE NOT failed),
                    count(*) FILTER (WHERE correct), count(*) FILTER (WHERE answer IS NULL AND NOT failed)
                FROM answers a JOIN problems p USING (problem_id) WHERE a.job_id = s.job_id)
            """),
        ("batches still held", "SELECT count(*) FROM batches WHERE state NOT IN ('completed', 'cancelled')"),
        ("files still due", "SELECT count(*) FROM outbox"),
    ];

    /// <summary>The work of the run.</summary>
    public static readonly IReadOnlyList<(string Name, string Sql)> Figures =
    [
        ("jobs", "SELECT count(*) FROM jobs"),
        ("of those cancelled", "SELECT count(*) FROM jobs WHERE state = 'cancelled'"),
        ("results", "SELECT count(*) FROM answers"),
        ("steps", "SELECT count(*) FROM nodes"),
        ("attempts", "SELECT count(*) FROM attempts"),
        ("trees grown by several attempts",
            "SELECT count(*) FROM (SELECT 1 FROM nodes GROUP BY problem_id HAVING count(DISTINCT lease_epoch) > 1) resumed"),
        ("dead rows", "SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables"),
    ];

    public static async Task<IReadOnlyList<(string Name, long Count)>> ReadAsync(PrivatePostgres postgres,
        IEnumerable<(string Name, string Sql)> questions)
    {
        var answers = new List<(string, long)>();
        foreach (var (name, sql) in questions) answers.Add((name, await postgres.QueryAsync<long>(sql)));
        return answers;
    }
}
