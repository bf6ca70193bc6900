using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Reads a run's results for the cells of its baseline: the same problems, settings and models' names.</summary>
sealed class BaselineStore(NpgsqlDataSource db)
{
    // A retried sweep may have several jobs of one cell: the newest counts, and in the run a completed one counts before a cancelled one.
    static readonly string s_cells = $"""
        WITH base AS (
            SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id, place, spec, dataset_name, dataset_sha256, settings_sha256
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = @Baseline AND state = '{JobStates.Completed}'
            ORDER BY dataset_sha256, settings_sha256, job_id DESC),
        run AS (
            SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id, state = '{JobStates.Completed}' AS completed,
                dataset_sha256, settings_sha256
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = @SweepId
            ORDER BY dataset_sha256, settings_sha256, completed DESC, job_id DESC)
        SELECT base.spec::text AS "Spec", base.dataset_name AS "Dataset", base.job_id AS "BaselineJob", run.job_id AS "RunJob",
            coalesce(run.completed, false) AS "RunCompleted",
            c.graded AS "Graded", c.left_out AS "LeftOut", c.before AS "Before", c.after AS "After", c.lost AS "Lost", c.won AS "Won",
            {RanOnOf("base.job_id")} AS "BaselineRanOn", {RanOnOf("run.job_id")} AS "RunRanOn"
        FROM base LEFT JOIN run USING (dataset_sha256, settings_sha256)
        CROSS JOIN LATERAL (
            SELECT (count(*) FILTER (WHERE a.correct IS NOT NULL AND b.correct IS NOT NULL))::int AS graded,
                (count(*) FILTER (WHERE a.failed OR b.failed))::int AS left_out,
                (count(*) FILTER (WHERE b.correct AND a.correct IS NOT NULL))::int AS before,
                (count(*) FILTER (WHERE a.correct AND b.correct IS NOT NULL))::int AS after,
                (count(*) FILTER (WHERE b.correct AND NOT a.correct))::int AS lost,
                (count(*) FILTER (WHERE a.correct AND NOT b.correct))::int AS won
            FROM problems p JOIN answers a USING (problem_id)
            JOIN problems q ON q.job_id = base.job_id AND q.ordinal = p.ordinal JOIN answers b ON b.problem_id = q.problem_id
            WHERE p.job_id = run.job_id AND p.gold_answer IS NOT NULL) c
        ORDER BY base.place
        """;

    /// <summary>The cells of the baseline whose jobs completed, in its order.</summary>
    /// <param name="sweepId">A run whose jobs have all ended.</param>
    public async Task<IReadOnlyList<BaselineCell>> CellsAsync(long sweepId, long baseline, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var query = new CommandDefinition(s_cells, new { SweepId = sweepId, Baseline = baseline },
            commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct);
        var rows = await connection.QueryAsync<Row>(query);
        return [.. rows.Select(row => row.ToCell())];
    }

    static string RanOnOf(string job) => $"""
        (SELECT json_agg(e.content ORDER BY e.environment_id)::text FROM environments e
         WHERE e.environment_id IN (SELECT unnest(u.environment_ids) FROM usage u WHERE u.job_id = {job}))
        """;

    sealed record Row
    {
        public required string Spec { get; init; }

        public required string? Dataset { get; init; }

        public required long BaselineJob { get; init; }

        public required long? RunJob { get; init; }

        public required bool RunCompleted { get; init; }

        public required int Graded { get; init; }

        public required int LeftOut { get; init; }

        public required int Before { get; init; }

        public required int After { get; init; }

        public required int Lost { get; init; }

        public required int Won { get; init; }

        public required string? BaselineRanOn { get; init; }

        public required string? RunRanOn { get; init; }

        public BaselineCell ToCell() => new()
        {
            Spec = StoredSpec.Of(BaselineJob, Spec),
            Dataset = Dataset ?? "an unnamed dataset",
            BaselineJob = BaselineJob,
            RunJob = RunJob,
            RunCompleted = RunCompleted,
            Graded = Graded,
            LeftOut = LeftOut,
            Before = Before,
            After = After,
            Lost = Lost,
            Won = Won,
            BaselineRanOn = Environments(BaselineRanOn),
            RunRanOn = Environments(RunRanOn),
        };

        static IReadOnlyList<RunEnvironment> Environments(string? json) =>
            json is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<RunEnvironment>>(json, ContractsJson.Lines)!;
    }
}
