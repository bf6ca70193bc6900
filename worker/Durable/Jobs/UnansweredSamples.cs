using Dapper;
using Npgsql;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Reads how solutions of problems without an answer end.</summary>
sealed class UnansweredSamples(NpgsqlDataSource db)
{
    // The steps of a job may be deleted (retention): then there is nothing to show of solutions that did not finish. States from 4 on are
    // steps of rollouts, which belong to no solution.
    const string Two = """
        SELECT s.custom_id AS "CustomId", s.text AS "Text"
        FROM (
            SELECT a.problem_id, p.custom_id, coalesce(
                (SELECT c ->> 'text' FROM jsonb_array_elements(a.candidates) c LIMIT 1),
                (SELECT n.text FROM nodes n WHERE n.problem_id = a.problem_id AND n.state < 4 ORDER BY n.depth DESC, n.no LIMIT 1)) AS text
            FROM answers a JOIN problems p USING (problem_id)
            WHERE a.job_id = @JobId AND a.unanswered_cause = (
                SELECT cause FROM job_unanswered WHERE job_id = @JobId AND problems > 0 ORDER BY problems DESC, cause LIMIT 1)
            ORDER BY a.problem_id LIMIT 2) s
        WHERE s.text IS NOT NULL
        ORDER BY s.problem_id
        """;

    /// <summary>A solution of each of the first two problems that have the job's most frequent cause.</summary>
    public async Task<IReadOnlyList<UnansweredSample>> OfJobAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<UnansweredSample>(new CommandDefinition(Two, new { JobId = jobId }, cancellationToken: ct)))
            .AsList();
    }
}
