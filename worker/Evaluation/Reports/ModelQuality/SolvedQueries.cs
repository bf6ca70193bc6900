using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using RebaseBatch.Core.Answers;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>Reads what searches found, one problem at a time: a big job's steps would fill the memory.</summary>
sealed class SolvedQueries(NpgsqlDataSource db)
{
    // The place is that of ReportQueries.Problems. The rows are not sorted by it, as the steps would have to be sorted with them.
    const string Problems = """
        SELECT p.place, coalesce(a.failed, true), p.gold_answer, p.tolerance,
            ARRAY(SELECT (c ->> 'node')::int FROM jsonb_array_elements(a.candidates) WITH ORDINALITY e(c, at) ORDER BY at),
            ARRAY(SELECT c ->> 'answer' FROM jsonb_array_elements(a.candidates) WITH ORDINALITY e(c, at) ORDER BY at),
            ARRAY(SELECT coalesce(c ->> 'step_scores', '[]') FROM jsonb_array_elements(a.candidates) WITH ORDINALITY e(c, at) ORDER BY at),
            n.numbers, n.parents, n.depths, n.scores
        FROM (
            SELECT problem_id, gold_answer, tolerance,
                (row_number() OVER (ORDER BY question_id, custom_id, ordinal) - 1)::int AS place
            FROM problems WHERE job_id = $1 AND gold_answer IS NOT NULL) p
        LEFT JOIN answers a USING (problem_id)
        LEFT JOIN LATERAL (
            SELECT array_agg(no ORDER BY no) AS numbers, array_agg(parent_no ORDER BY no) AS parents,
                array_agg(depth ORDER BY no) AS depths, array_agg(score ORDER BY no) AS scores
            FROM nodes WHERE problem_id = p.problem_id AND $2) n ON true
        """;

    /// <summary>The problems with a gold answer, in no order.</summary>
    /// <param name="withSteps">Whether the steps are read too.</param>
    public async IAsyncEnumerable<SolvedProblem> ReadAsync(
        MeasuredJob job, bool withSteps, [EnumeratorCancellation] CancellationToken ct)
    {
        var tolerance = job.Spec.Tolerance?.ToString(CultureInfo.InvariantCulture);
        await using var command = db.CreateCommand(Problems).ForWholeJob();
        command.Parameters.Add(new() { Value = job.JobId });
        command.Parameters.Add(new() { Value = withSteps });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var failed = row.GetBoolean(1);
            var candidates = failed ? [] : Candidates(row);
            yield return new(row.GetInt32(0), failed, candidates,
                CandidateGrades.RightNodes(
                    candidates, row.GetString(2), Tolerance.Of(row.IsDBNull(3) ? tolerance : row.GetString(3))),
                row.IsDBNull(7) ? [] : Steps(row));
        }
    }

    static Candidate[] Candidates(NpgsqlDataReader row) =>
    [
        .. row.GetFieldValue<int[]>(4).Zip(row.GetFieldValue<string?[]>(5), row.GetFieldValue<string[]>(6)).Select(one =>
            new Candidate(one.First, Text: "", one.Second, JsonSerializer.Deserialize<double[]>(one.Third)!)),
    ];

    static SolvedStep[] Steps(NpgsqlDataReader row)
    {
        var (numbers, parents) = (row.GetFieldValue<int[]>(7), row.GetFieldValue<int[]>(8));
        var (depths, scores) = (row.GetFieldValue<int[]>(9), row.GetFieldValue<double?[]>(10));
        return [.. numbers.Select((no, i) => new SolvedStep(no, parents[i], depths[i], scores[i]))];
    }
}
