using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.History;

/// <summary>Reads a schedule's last runs with their verdicts, and what the intervals of several seeds need.</summary>
sealed class HistoryStore(NpgsqlDataSource db)
{
    const string Runs = $"""
        SELECT r.due_at, r.sweep_id, r.runs, r.answer, r.verdict::text AS verdict, cardinality(r.losses) AS losses,
            s.baseline_sweep_id AS baseline, CASE WHEN r.next_sweep_id = r.sweep_id THEN r.next_due_at END AS continued_at,
            j.jobs, j.unfinished, EXISTS (
                SELECT 1 FROM sweep_jobs m JOIN jobs USING (job_id)
                WHERE m.sweep_id = s.baseline_sweep_id AND state IN {JobStates.Unfinished}) AS baseline_is_unfinished
        FROM schedules s
        CROSS JOIN LATERAL (
            SELECT *, lead(sweep_id) OVER nights AS next_sweep_id, lead(due_at) OVER nights AS next_due_at, (count(*) OVER ())::int AS runs
            FROM schedule_runs WHERE schedule_id = s.schedule_id
            WINDOW nights AS (ORDER BY due_at) ORDER BY due_at DESC LIMIT $2) r
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS jobs, (count(*) FILTER (WHERE state IN {JobStates.Unfinished}))::int AS unfinished
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = r.sweep_id) j
        WHERE s.name = $1
        ORDER BY r.due_at
        """;

    // Problems that every worker solves equally often are counted: a cell has thousands of problems and few such groups.
    const string Pooled = """
        SELECT cell, first, second, seeds, count(*)::int AS problems
        FROM (
            SELECT k.cell, sum(b.correct::int)::int AS first, sum(a.correct::int)::int AS second, count(*)::int AS seeds
            FROM unnest($1::int[], $2::bigint[], $3::bigint[]) k(cell, base_id, run_id)
            JOIN problems p ON p.job_id = k.base_id JOIN answers b ON b.problem_id = p.problem_id
            JOIN problems q ON q.job_id = k.run_id AND q.ordinal = p.ordinal JOIN answers a ON a.problem_id = q.problem_id
            WHERE b.correct IS NOT NULL AND a.correct IS NOT NULL
            GROUP BY k.cell, p.ordinal) pooled
        GROUP BY cell, first, second, seeds
        """;

    /// <param name="last">The most runs, the newest; 1 or more.</param>
    /// <returns>The oldest first; without cells. And how many runs the schedule has in all.</returns>
    public async Task<(IReadOnlyList<Night> Nights, int Runs)> NightsAsync(string schedule, int last, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Runs);
        command.Parameters.Add(new() { Value = schedule });
        command.Parameters.Add(new() { Value = last });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var (nights, runs) = (new List<Night>(), 0);
        while (await reader.ReadAsync(ct))
        {
            var continued = row.Optional<DateTimeOffset>("continued_at");
            var verdict = continued is null ? StoredGate.VerdictOf(row.Text("verdict")) : null;
            runs = row.Get<int>("runs");
            nights.Add(new()
            {
                DueAt = row.Get<DateTimeOffset>("due_at"),
                SweepId = row.Get<long>("sweep_id"),
                Verdict = verdict,
                Gap = verdict is not null ? null : new NightGap
                {
                    ContinuedAt = continued,
                    Answer = row.Text("answer"),
                    Jobs = row.Get<int>("jobs"),
                    Unfinished = row.Get<int>("unfinished"),
                    Losses = row.Optional<int>("losses"),
                    Baseline = row.Optional<long>("baseline"),
                    BaselineIsUnfinished = row.Get<bool>("baseline_is_unfinished"),
                }.Reason,
            });
        }

        return (nights, runs);
    }

    /// <summary>What both runs of some cells solved.</summary>
    /// <param name="pairs">The jobs of each cell, a pair for each seed.</param>
    /// <returns>By the cell's number; a cell of which nothing is left is missing.</returns>
    public async Task<ILookup<int, PooledProblems>> PooledAsync(
        IReadOnlyList<(int Cell, long Baseline, long Run)> pairs, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Pooled).ForWholeJob();
        command.Parameters.Add(new() { Value = pairs.Select(pair => pair.Cell).ToArray() });
        command.Parameters.Add(new() { Value = pairs.Select(pair => pair.Baseline).ToArray() });
        command.Parameters.Add(new() { Value = pairs.Select(pair => pair.Run).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var pooled = new List<(int Cell, PooledProblems Problems)>();
        while (await reader.ReadAsync(ct))
            pooled.Add((row.Get<int>("cell"),
                new(row.Get<int>("first"), row.Get<int>("second"), row.Get<int>("seeds"), row.Get<int>("problems"))));
        return pooled.ToLookup(one => one.Cell, one => one.Problems);
    }
}
