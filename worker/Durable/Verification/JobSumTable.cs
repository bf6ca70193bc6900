namespace RebaseBatch.Durable.Verification;

/// <summary>
/// A table of a job's sums, and the query that gives the same sums from the rows. The triggers of script 0004 keep these tables.
/// </summary>
/// <param name="Keys">The columns that name a row, after the job's.</param>
/// <param name="Sums">The summed columns. A row in which all are 0 is as good as none.</param>
/// <param name="OfRows">The sums from the rows, with the condition on the job's number in place of <c>{0}</c>.</param>
sealed record JobSumTable(string Name, IReadOnlyList<string> Keys, IReadOnlyList<string> Sums, string OfRows)
{
    // Of 28 sums a sentence tells the first ones.
    const int Told = 4;

    static readonly string[] s_ofAnswers = ["answered", "failed", "graded", "correct", "unanswered"];

    static readonly string[] s_ofUsage =
    [
        "nodes", "saved_tokens", "policy_prompt_tokens", "policy_sampled_tokens", "policy_evaluated_tokens", "policy_reencoded_tokens",
        "policy_discarded_tokens", "reward_prompt_tokens", "reward_sampled_tokens", "reward_evaluated_tokens", "reward_reencoded_tokens",
        "reward_discarded_tokens", "policy_device_seconds", "reward_device_seconds", "policy_flops", "total_flops", "wall_seconds",
        "policy_unmeasured", "reward_unmeasured", "policy_cached_tokens", "reward_cached_tokens", "policy_uncounted", "reward_uncounted",
        "embedding_evaluated_tokens", "embedding_discarded_tokens", "embedding_device_seconds",
    ];

    static readonly JobSumTable s_jobs = new("job_sums", [], [.. s_ofAnswers, .. s_ofUsage], $$"""
        SELECT job_id, {{Columns(s_ofAnswers, name => $"coalesce(a.{name}, 0)")}},
            {{Columns(s_ofUsage, name => $"coalesce(u.{name}, 0)")}}
        FROM (SELECT a.job_id, count(*) AS answered, count(*) FILTER (WHERE a.failed) AS failed,
                count(p.gold_answer) FILTER (WHERE NOT a.failed) AS graded, count(*) FILTER (WHERE a.correct) AS correct,
                count(*) FILTER (WHERE a.answer IS NULL AND NOT a.failed) AS unanswered
            FROM answers a JOIN problems p USING (problem_id) WHERE {0} GROUP BY 1) a
        FULL JOIN (
            SELECT a.job_id, {{Columns(s_ofUsage, name => $"sum({OfUsage(name)}::numeric)")}} FROM usage a WHERE {0} GROUP BY 1) u
            USING (job_id)
        """);

    static readonly JobSumTable s_votes = new("job_vote_sums", ["method", "aggregation"], ["votes", "correct", "unanswered"], """
        SELECT a.job_id, v ->> 'method' AS method, coalesce(v ->> 'aggregation', '') AS aggregation, count(*) AS votes,
            count(*) FILTER (WHERE (v ->> 'correct')::boolean) AS correct, count(*) FILTER (WHERE v ->> 'answer' IS NULL) AS unanswered
        FROM answers a, jsonb_array_elements(a.votes) v WHERE {0} GROUP BY 1, 2, 3
        """);

    static readonly JobSumTable s_ends = new("job_early_ends", ["ended_by"], ["problems"], """
        SELECT a.job_id, a.ended_by, count(*) AS problems FROM answers a WHERE a.ended_by IS NOT NULL AND {0} GROUP BY 1, 2
        """);

    static readonly JobSumTable s_unanswered = new("job_unanswered", ["cause"], ["problems", "solutions", "of_solutions"], """
        SELECT a.job_id, a.unanswered_cause AS cause, count(*) AS problems,
            coalesce(sum((a.solution_ends ->> a.unanswered_cause)::bigint), 0) AS solutions,
            coalesce(sum((SELECT sum(e.value::bigint) FROM jsonb_each_text(a.solution_ends) e)), 0) AS of_solutions
        FROM answers a WHERE a.unanswered_cause IS NOT NULL AND {0} GROUP BY 1, 2
        """);

    public static IReadOnlyList<JobSumTable> All { get; } = [s_jobs, s_votes, s_ends, s_unanswered];

    // Problems without device seconds are counted: the model was on a server. So are those whose cached tokens are not known. All other
    // sums are of a column.
    static string OfUsage(string name) => name switch
    {
        "policy_unmeasured" => "(a.policy_device_seconds IS NULL)::int",
        "reward_unmeasured" => "(a.reward_device_seconds IS NULL AND a.reward_sha256 IS NOT NULL)::int",
        "policy_uncounted" or "reward_uncounted" => $"(a.{name[..6]}_cached_tokens IS NULL AND a.{name[..6]}_evaluated_tokens > 0)::int",
        _ => $"a.{name}",
    };

    string KeyList => string.Concat(Keys.Select(key => $", {key}"));

    /// <summary>A row for each row of the table that is not the sum, with the job and a sentence.</summary>
    public string Faults => $"""
        SELECT job_id, format('job %s: {Name}{string.Concat(Keys.Select(_ => " %s"))} says {First}, and the rows sum up to {First}',
            job_id{KeyList}, {Columns(Sums.Take(Told), name => $"coalesce(s.{name}, 0)", named: false)},
            {Columns(Sums.Take(Told), name => $"coalesce(r.{name}, 0)", named: false)}) AS fault
        FROM {Name} s FULL JOIN ({string.Format(null, OfRows, "true")}) r USING (job_id{KeyList})
        WHERE ({Columns(Sums, name => $"coalesce(s.{name}, 0)", named: false)})
            <> ({Columns(Sums, name => $"coalesce(r.{name}, 0)", named: false)})
        """;

    /// <summary>Makes the job's rows the sums again. The caller holds the lock of <c>@JobId</c>.</summary>
    public string Rebuild => $"""
        DELETE FROM {Name} WHERE job_id = @JobId;
        INSERT INTO {Name} (job_id{KeyList}, {string.Join(", ", Sums)})
        SELECT job_id{KeyList}, {string.Join(", ", Sums)} FROM ({string.Format(null, OfRows, "a.job_id = @JobId")}) r
        """;

    string First => string.Join(", ", Sums.Take(Told).Select(name => $"{name} %s"));

    static string Columns(IEnumerable<string> names, Func<string, string> value, bool named = true) =>
        string.Join(", ", names.Select(name => named ? $"{value(name)} AS {name}" : value(name)));
}
