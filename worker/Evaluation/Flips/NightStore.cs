using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Reads a schedule's last runs.</summary>
sealed class NightStore(NpgsqlDataSource db)
{
    /// <summary>The last nights that are looked at.</summary>
    public const int LastNights = 10;

    /// <summary>With fewer nights nobody can tell a problem that is lost from one that is unstable.</summary>
    public const int LeastNights = 3;

    const string IsOver = $"""
        NOT EXISTS (SELECT 1 FROM sweep_jobs u JOIN jobs USING (job_id) WHERE u.sweep_id = r.sweep_id AND state IN {JobStates.Unfinished})
        """;

    const string All = $"""
        SELECT s.name, s.baseline_sweep_id AS baseline,
            (SELECT r.sweep_id FROM schedule_runs r WHERE r.schedule_id = s.schedule_id AND {IsOver} ORDER BY r.due_at DESC LIMIT 1) AS run
        FROM schedules s
        """;

    const string Newest = $"{All} WHERE s.name = $1";

    const string Jobs = "SELECT coalesce(array_agg(job_id ORDER BY place), '{}') FROM sweep_jobs WHERE sweep_id = $1";

    // Runs may share a job whose results were in the database already: that is one night.
    static readonly string s_unstable = $"""
        WITH runs AS (
            SELECT r.sweep_id, max(r.due_at) AS due_at
            FROM schedules s JOIN schedule_runs r USING (schedule_id)
            WHERE s.name = $1 AND {IsOver} AND r.due_at <= (
                SELECT max(t.due_at) FROM schedule_runs t WHERE t.schedule_id = s.schedule_id AND t.sweep_id = $2)
            GROUP BY r.sweep_id ORDER BY max(r.due_at) DESC LIMIT {LastNights}),
        base AS (
            SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id AS base_id, place, dataset_sha256, settings_sha256
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = $3 AND state = '{JobStates.Completed}'
            ORDER BY dataset_sha256, settings_sha256, job_id DESC),
        cells AS (
            SELECT DISTINCT ON (r.sweep_id, base_id) base_id, b.place, j.job_id, r.due_at
            FROM runs r JOIN sweep_jobs m USING (sweep_id) JOIN jobs j ON j.job_id = m.job_id
            JOIN base b USING (dataset_sha256, settings_sha256)
            WHERE j.state = '{JobStates.Completed}' AND j.job_id <> base_id
            ORDER BY r.sweep_id, base_id, j.job_id DESC),
        nights AS (SELECT base_id, job_id, min(place) AS place, min(due_at) AS due_at FROM cells GROUP BY base_id, job_id),
        results AS (
            SELECT base_id, n.place, q.problem_id, a.correct, b.correct AS before,
                lag(a.correct) OVER (PARTITION BY q.problem_id ORDER BY n.due_at, n.job_id) AS night_before
            FROM nights n JOIN problems p ON p.job_id = n.job_id JOIN answers a USING (problem_id)
            JOIN problems q ON q.job_id = base_id AND q.ordinal = p.ordinal JOIN answers b ON b.problem_id = q.problem_id
            WHERE a.correct IS NOT NULL AND b.correct IS NOT NULL),
        counts AS (
            SELECT problem_id, min(place) AS place, bool_and(before) AS before, count(*)::int AS nights,
                (count(*) FILTER (WHERE correct <> before))::int AS flipped,
                (count(*) FILTER (WHERE correct <> night_before))::int AS changes
            FROM results GROUP BY problem_id)
        SELECT c.*, p.job_id, p.custom_id, p.level, p.family, j.spec::text AS spec, j.dataset_name,
            CASE WHEN row_number() OVER listed <= $4 THEN p.question END AS question,
            CASE WHEN row_number() OVER listed <= $4 THEN p.gold_answer END AS gold
        FROM counts c JOIN problems p USING (problem_id) JOIN jobs j USING (job_id)
        WHERE nights >= {LeastNights} AND 2 * flipped > nights
        WINDOW listed AS (ORDER BY flipped DESC, c.place, p.ordinal)
        ORDER BY flipped DESC, c.place, p.ordinal
        """;

    /// <summary>The newest run whose jobs have all ended, and the baseline.</summary>
    /// <returns>Null: no schedule has that name. The run is null if none has ended, the baseline if there is none.</returns>
    public async Task<(long? Run, long? Baseline)?> NewestAsync(string schedule, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Newest);
        command.Parameters.Add(new() { Value = schedule });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        return await reader.ReadAsync(ct) ? (row.Optional<long>("run"), row.Optional<long>("baseline")) : null;
    }

    /// <summary>All schedules by name, each with its newest run whose jobs have all ended and its baseline.</summary>
    public async Task<IReadOnlyList<ListedSchedule>> AllAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand($"{All} ORDER BY s.name");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var found = new List<ListedSchedule>();
        while (await reader.ReadAsync(ct))
            found.Add(new(row.Get<string>("name"), row.Optional<long>("run"), row.Optional<long>("baseline")));
        return found;
    }

    /// <summary>The sweep's jobs in its order; none if there is no such sweep.</summary>
    public async Task<IReadOnlyList<long>> JobsAsync(long sweepId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Jobs);
        command.Parameters.Add(new() { Value = sweepId });
        return (long[])(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>
    /// The problems that flipped against the baseline in more than half of the last <see cref="LastNights"/> nights, the given run
    /// included; only of problems that were graded in <see cref="LeastNights"/> nights or more.
    /// </summary>
    /// <param name="limit">How many get their question.</param>
    public async Task<IReadOnlyList<UnstableProblem>> UnstableAsync(
        string schedule, long sweepId, long baseline, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(s_unstable).ForWholeJob();
        foreach (var value in (object[])[schedule, sweepId, baseline, limit]) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var found = new List<UnstableProblem>();
        while (await reader.ReadAsync(ct))
        {
            var spec = StoredSpec.Of(row.Get<long>("job_id"), row.Get<string>("spec"));
            found.Add(new()
            {
                ProblemId = row.Get<long>("problem_id"),
                Cell = FlipJob.TitleOf(spec, row.Text("dataset_name")),
                Seed = spec.Seed,
                CustomId = row.Get<string>("custom_id"),
                Groups = new(row.Optional<short>("level"), row.Text("family")),
                Question = row.Text("question"),
                Gold = row.Text("gold"),
                BaselineCorrect = row.Get<bool>("before"),
                Nights = row.Get<int>("nights"),
                Flipped = row.Get<int>("flipped"),
                Changes = row.Get<int>("changes"),
            });
        }

        return found;
    }
}
