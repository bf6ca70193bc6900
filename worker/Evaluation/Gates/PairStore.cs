using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>Reads what two sweeps have of the same cells: the same problems, settings and models' names.</summary>
sealed class PairStore(NpgsqlDataSource db)
{
    // A retried sweep may have several jobs of one cell and seed: the newest counts, and a completed one before any other.
    static readonly string s_pairs = $"""
        WITH base AS ({JobsOf("@Baseline")}), run AS ({JobsOf("@SweepId")})
        SELECT coalesce(base.spec, run.spec)::text AS "Spec", coalesce(base.dataset_name, run.dataset_name) AS "Dataset",
            coalesce(dataset_sha256, '') AS "DatasetSha256", base.job_id AS "BaselineJob",
            coalesce(base.completed, false) AS "BaselineCompleted", run.job_id AS "RunJob",
            coalesce(run.completed, false) AS "RunCompleted", base.place AS "BaselinePlace", run.finished_at AS "RunFinishedAt",
            coalesce(run.enqueued_at < (SELECT created_at FROM sweeps WHERE sweep_id = @SweepId), false) AS "RunIsOld",
            coalesce(pairs.letters, '') AS "Problems",
            {RanOnOf("base.job_id")} AS "BaselineRanOn", {RanOnOf("run.job_id")} AS "RunRanOn",
            pairs.base_graders AS "BaselineGraders", pairs.run_graders AS "RunGraders"
        FROM base FULL JOIN run USING (dataset_sha256, settings_sha256)
        LEFT JOIN LATERAL (
            SELECT string_agg(
                CASE WHEN b.correct IS NOT NULL AND a.correct IS NOT NULL THEN (b.correct::int + 2 * a.correct::int)::text
                    WHEN a.failed OR b.failed THEN '{JobPair.Failed}' ELSE '{JobPair.Ungraded}' END,
                '' ORDER BY p.ordinal) AS letters,
                array_agg(DISTINCT b.grader_version) FILTER (WHERE b.correct IS NOT NULL AND b.grader_version IS NOT NULL) AS base_graders,
                array_agg(DISTINCT a.grader_version) FILTER (WHERE a.correct IS NOT NULL AND a.grader_version IS NOT NULL) AS run_graders
            FROM problems p LEFT JOIN answers b USING (problem_id)
            LEFT JOIN problems q ON q.job_id = run.job_id AND q.ordinal = p.ordinal LEFT JOIN answers a ON a.problem_id = q.problem_id
            WHERE p.job_id = base.job_id AND p.gold_answer IS NOT NULL) pairs ON base.completed AND run.completed
        ORDER BY base.place, run.place
        """;

    const string Other = $"""
        SELECT max(m.sweep_id) FROM sweep_jobs o JOIN jobs mine USING (job_id)
        JOIN jobs theirs ON theirs.dataset_sha256 = mine.dataset_sha256 AND theirs.settings_sha256 = mine.settings_sha256
            AND theirs.job_id <> mine.job_id AND theirs.state = '{JobStates.Completed}'
        JOIN sweep_jobs m ON m.job_id = theirs.job_id AND m.sweep_id <> o.sweep_id
        WHERE o.sweep_id = @SweepId AND mine.state = '{JobStates.Completed}'
        """;

    /// <summary>All cells of both sweeps, those of the baseline first, in its order.</summary>
    public async Task<IReadOnlyList<PairedCell>> CellsAsync(long sweepId, long baseline, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await CellsAsync(connection, sweepId, baseline, ct);
    }

    /// <inheritdoc cref="CellsAsync(long, long, CancellationToken)"/>
    /// <param name="connection">In the transaction that the caller has open, if any.</param>
    public static async Task<IReadOnlyList<PairedCell>> CellsAsync(
        NpgsqlConnection connection, long sweepId, long baseline, CancellationToken ct)
    {
        var query = new CommandDefinition(s_pairs, new { SweepId = sweepId, Baseline = baseline },
            commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct);
        var rows = await connection.QueryAsync<Row>(query);
        return PairedCell.Of(rows.Select(row => row.ToPair()));
    }

    /// <summary>
    /// The newest other sweep with a completed job of a cell that this sweep completed with another job; null without one.
    /// </summary>
    public async Task<long?> OtherAsync(long sweepId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(Other, new { SweepId = sweepId }, cancellationToken: ct));
    }

    static string JobsOf(string sweep) => $"""
        SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id, place, spec, dataset_name, dataset_sha256, settings_sha256,
            state = '{JobStates.Completed}' AS completed, enqueued_at, finished_at
        FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = {sweep}
        ORDER BY dataset_sha256, settings_sha256, completed DESC, job_id DESC
        """;

    static string RanOnOf(string job) => $"""
        (SELECT json_agg(e.content ORDER BY e.environment_id)::text FROM environments e
         WHERE e.environment_id IN (SELECT unnest(u.environment_ids) FROM usage u WHERE u.job_id = {job}))
        """;

    sealed record Row
    {
        public required string Spec { get; init; }

        public required string? Dataset { get; init; }

        public required string DatasetSha256 { get; init; }

        public required long? BaselineJob { get; init; }

        public required bool BaselineCompleted { get; init; }

        public required long? RunJob { get; init; }

        public required bool RunCompleted { get; init; }

        public required int? BaselinePlace { get; init; }

        public required DateTime? RunFinishedAt { get; init; }

        public required bool RunIsOld { get; init; }

        public required string Problems { get; init; }

        public required string? BaselineRanOn { get; init; }

        public required string? RunRanOn { get; init; }

        public required string[]? BaselineGraders { get; init; }

        public required string[]? RunGraders { get; init; }

        public JobPair ToPair() => new()
        {
            Spec = StoredSpec.Of(BaselineJob ?? RunJob ?? 0, Spec),
            Dataset = Dataset ?? "an unnamed dataset",
            DatasetSha256 = DatasetSha256,
            BaselineJob = BaselineJob,
            BaselineCompleted = BaselineCompleted,
            RunJob = RunJob,
            RunCompleted = RunCompleted,
            BaselinePlace = BaselinePlace,
            RunFinishedAt = RunFinishedAt,
            RunIsOld = RunIsOld,
            Problems = Problems,
            BaselineRanOn = Environments(BaselineRanOn),
            RunRanOn = Environments(RunRanOn),
            BaselineGraders = BaselineGraders ?? [],
            RunGraders = RunGraders ?? [],
        };

        static IReadOnlyList<RunEnvironment> Environments(string? json) =>
            json is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<RunEnvironment>>(json, ContractsJson.Lines)!;
    }
}
