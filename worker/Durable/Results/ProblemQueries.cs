using System.Globalization;
using System.Text.Json;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>Reads single problems of a job with what came of them.</summary>
sealed class ProblemQueries(NpgsqlDataSource db)
{
    // The problems are chosen first: to count the solutions of all answers would read all their texts.
    const string Verdicts = """
        SELECT p.problem_id, v.verdict, count(*) OVER () AS found
        FROM problems p LEFT JOIN answers a USING (problem_id)
        CROSS JOIN LATERAL (SELECT CASE
            WHEN a.problem_id IS NULL THEN 'pending'
            WHEN a.error IS NOT NULL THEN 'failed'
            WHEN a.answer IS NULL THEN 'unanswered'
            WHEN a.correct THEN 'right'
            WHEN NOT a.correct THEN 'wrong'
            ELSE 'ungraded' END AS verdict) v
        """;

    const string Columns = """
        SELECT p.problem_id, p.ordinal, p.custom_id, p.question, p.gold_answer, a.answer, c.verdict,
            CASE c.verdict WHEN 'failed' THEN a.error WHEN 'unanswered' THEN coalesce(a.unanswered_cause, 'unknown') END AS reason,
            a.ended_by, coalesce(jsonb_array_length(a.candidates), 0) AS solutions, c.found
        """;

    const string FromChosen = "FROM chosen c JOIN problems p USING (problem_id) LEFT JOIN answers a USING (problem_id)";

    const string Listed = $"""
        WITH chosen AS (
            {Verdicts} WHERE p.job_id = $1 AND (cardinality($2::text[]) = 0 OR v.verdict = ANY ($2))
            ORDER BY p.ordinal LIMIT $3)
        {Columns} {FromChosen} ORDER BY p.ordinal
        """;

    // An id that is also the number of another problem is an id.
    const string One = $"""
        WITH chosen AS (
            {Verdicts} WHERE p.job_id = $1 AND (p.custom_id = $2 OR p.ordinal = $3)
            ORDER BY p.custom_id = $2 DESC, p.ordinal LIMIT 1)
        {Columns}, a.votes::text AS votes, a.candidates::text AS candidates, s.nodes_pruned_at IS NOT NULL AS pruned
        {FromChosen} LEFT JOIN searches s USING (problem_id)
        """;

    /// <summary>In the dataset's order.</summary>
    /// <param name="verdicts">Only these; empty for all.</param>
    /// <returns>At most <paramref name="limit"/> problems, and how many there are in all.</returns>
    public async Task<(IReadOnlyList<ProblemAnswer> Problems, long Found)> ListAsync(
        long jobId, IEnumerable<ProblemVerdict> verdicts, int limit, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Listed, connection)
        {
            Parameters =
            {
                new() { Value = jobId }, new() { Value = verdicts.Select(verdict => StoredNames.Of(verdict)).ToArray() },
                new() { Value = limit },
            },
        }.ForWholeJob();
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var (problems, found) = (new List<ProblemAnswer>(), 0L);
        while (await reader.ReadAsync(ct))
        {
            problems.Add(Problem(row));
            found = row.Get<long>("found");
        }

        return (problems, found);
    }

    /// <summary>One problem; null if the job has none with this id or number.</summary>
    /// <param name="name">Its id in the dataset, or its number in the dataset's order, from 1.</param>
    public async Task<ProblemDetail?> FindAsync(long jobId, string name, CancellationToken ct)
    {
        var place = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : -1;
        await using var command = db.CreateCommand(One);
        command.Parameters.Add(new() { Value = jobId });
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = place });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        if (!await reader.ReadAsync(ct)) return null;
        return new(
            Problem(row), Records<VoteRecord>(row, "votes"), Records<CandidateRecord>(row, "candidates"), row.Get<bool>("pruned"));
    }

    static ProblemAnswer Problem(NamedRow row) => new(row.Get<long>("problem_id"), row.Get<int>("ordinal"), row.Get<string>("custom_id"),
        row.Get<string>("question"), row.Text("gold_answer"), row.Text("answer"))
    {
        Verdict = StoredNames.Parse<ProblemVerdict>(row.Get<string>("verdict")),
        Reason = row.Text("reason"),
        EndedBy = row.Text("ended_by"),
        Solutions = row.Get<int>("solutions"),
    };

    static IReadOnlyList<T> Records<T>(NamedRow row, string column) => row.Text(column) is { } text
        ? JsonSerializer.Deserialize<IReadOnlyList<T>>(text, ContractsJson.Lines)! : [];
}
