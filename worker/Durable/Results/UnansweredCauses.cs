using RebaseBatch.Contracts;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>The main causes of a job's missing answers, as columns of a query over jobs <c>j</c>.</summary>
static class UnansweredCauses
{
    /// <summary>Four arrays, the most frequent cause first.</summary>
    public const string Columns = "u.causes, u.cause_problems, u.cause_solutions, u.cause_of_solutions";

    public const string Join = """
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(cause ORDER BY problems DESC, cause), '{}') AS causes,
                coalesce(array_agg(problems ORDER BY problems DESC, cause), '{}') AS cause_problems,
                coalesce(array_agg(solutions ORDER BY problems DESC, cause), '{}') AS cause_solutions,
                coalesce(array_agg(of_solutions ORDER BY problems DESC, cause), '{}') AS cause_of_solutions
            FROM job_unanswered WHERE job_id = j.job_id AND problems > 0) u
        """;

    public static IReadOnlyList<UnansweredRecord> Of(NamedRow row)
    {
        var (causes, problems) = (row.Get<string[]>("causes"), row.Get<int[]>("cause_problems"));
        var (solutions, all) = (row.Get<long[]>("cause_solutions"), row.Get<long[]>("cause_of_solutions"));
        return [.. causes.Select((cause, i) =>
            new UnansweredRecord(StoredNames.Parse<UnansweredCause>(cause), problems[i], solutions[i], all[i]))];
    }
}
