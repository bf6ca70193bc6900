using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Reads what a person may choose two runs from.</summary>
sealed class RunListStore(NpgsqlDataSource db)
{
    /// <summary>The most sweeps, and the most jobs.</summary>
    public const int Most = 50;

    static readonly string s_sweeps = $"""
        SELECT w.sweep_id, w.name, w.created_at, count(*)::int AS jobs, (count(*) FILTER (WHERE j.state IN {JobStates.Ended}))::int AS ended
        FROM (
            SELECT * FROM sweeps s
            WHERE EXISTS (SELECT FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = s.sweep_id AND state IN {JobStates.Ended})
            ORDER BY sweep_id DESC LIMIT {Most}) w
        JOIN sweep_jobs USING (sweep_id) JOIN jobs j USING (job_id)
        GROUP BY w.sweep_id, w.name, w.created_at
        ORDER BY w.sweep_id DESC
        """;

    static readonly string s_jobs = $"""
        SELECT job_id, spec::text AS spec, dataset_name, state = '{JobStates.Completed}' AS completed,
            coalesce(finished_at, enqueued_at) AS ended_at
        FROM jobs WHERE state IN {JobStates.Ended}
        ORDER BY job_id DESC LIMIT {Most}
        """;

    public async Task<RunList> ReadAsync(CancellationToken ct) => new(
        await new NightStore(db).AllAsync(ct),
        await ReadAsync(s_sweeps, row =>
        {
            var (jobs, ended) = (row.Get<int>("jobs"), row.Get<int>("ended"));
            return new ListedRun($"sweep:{row.Get<long>("sweep_id")}", row.Get<string>("name"),
                ended < jobs ? $"{ended} of {jobs} jobs ended" : "", row.Get<DateTimeOffset>("created_at"));
        }, ct),
        await ReadAsync(s_jobs, row =>
        {
            // A newer version's job is not left out: its page says why it can't be compared.
            var (spec, unreadable) = StoredSpec.Read(row.Get<string>("spec"));
            return new ListedRun($"{row.Get<long>("job_id")}",
                spec is null ? unreadable! : $"{FlipJob.TitleOf(spec, row.Text("dataset_name"))}, seed {spec.Seed}",
                row.Get<bool>("completed") ? "" : "cancelled", row.Get<DateTimeOffset>("ended_at"));
        }, ct));

    async Task<IReadOnlyList<ListedRun>> ReadAsync(string sql, Func<NamedRow, ListedRun> read, CancellationToken ct)
    {
        await using var command = db.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var runs = new List<ListedRun>();
        while (await reader.ReadAsync(ct)) runs.Add(read(row));
        return runs;
    }
}
