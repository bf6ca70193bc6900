using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Holds runs against their baselines: the same cells, models by name, problem by problem.</summary>
sealed class RegressionGate(NpgsqlDataSource db)
{
    // Of several jobs of one cell, a retried sweep's, the newest counts, and of the run a completed one before a cancelled one.
    const string Cells = $"""
        WITH base AS (
            SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id, place, spec, dataset_name, dataset_sha256, settings_sha256
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = @Baseline AND state = '{JobStates.Completed}' ORDER BY dataset_sha256, settings_sha256, job_id DESC),
        run AS (
            SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id, state = '{JobStates.Completed}' AS completed, dataset_sha256, settings_sha256
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = @SweepId ORDER BY dataset_sha256, settings_sha256, completed DESC, job_id DESC)
        SELECT base.spec::text AS "Spec", base.dataset_name AS "Dataset", base.job_id AS "BaselineJob", run.job_id AS "RunJob", coalesce(run.completed, false) AS "RunCompleted",
            c.graded AS "Graded", c.before AS "Before", c.after AS "After", c.lost AS "Lost", c.won AS "Won"
        FROM base LEFT JOIN run USING (dataset_sha256, settings_sha256)
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS graded, (count(*) FILTER (WHERE b.correct))::int AS before, (count(*) FILTER (WHERE a.correct))::int AS after,
                (count(*) FILTER (WHERE b.correct AND NOT a.correct))::int AS lost, (count(*) FILTER (WHERE a.correct AND NOT b.correct))::int AS won
            FROM problems p JOIN answers a USING (problem_id)
            JOIN problems q ON q.job_id = base.job_id AND q.ordinal = p.ordinal JOIN answers b ON b.problem_id = q.problem_id
            WHERE p.job_id = run.job_id AND a.correct IS NOT NULL AND b.correct IS NOT NULL) c
        ORDER BY base.place
        """;

    /// <summary>Judges every run that is over and was not judged yet, and stores the verdict. Two workers that do it at once store the same.</summary>
    public async IAsyncEnumerable<(UnjudgedRun Run, RunVerdict Verdict)> JudgeDueAsync(ScheduleStore schedules, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var run in await schedules.UnjudgedAsync(ct))
        {
            var verdict = await JudgeAsync(run.SweepId, run.Baseline, ct);
            await schedules.StoreAsync(run, verdict, ct);
            yield return (run, verdict);
        }
    }

    /// <param name="sweepId">A run whose jobs have all ended.</param>
    public async Task<RunVerdict> JudgeAsync(long sweepId, long baseline, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(Cells, new { SweepId = sweepId, Baseline = baseline }, cancellationToken: ct));
        return RunVerdict.Of([.. rows.Select(row => row.ToCell())]);
    }

    sealed record Row(string Spec, string? Dataset, long BaselineJob, long? RunJob, bool RunCompleted, int Graded, int Before, int After, int Lost, int Won)
    {
        public BaselineCell ToCell() => new(
            JsonSerializer.Deserialize<JobSpec>(Spec, ContractsJson.Lines)!, Dataset ?? "an unnamed dataset", BaselineJob, RunJob, RunCompleted, Graded, Before, After, Lost, Won);
    }
}
