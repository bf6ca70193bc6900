using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Statistics;
using RebaseBatch.Sweeps;

namespace RebaseBatch.Schedules;

/// <summary>
/// Holds a run against its baseline: the same cells (problems and settings, models by name), problem by problem. A cell is lost when
/// McNemar's test gives so few wins among its discordant problems a chance below 5 % in all, by Holm's rule over the cells (S. Holm,
/// Scandinavian Journal of Statistics 6, 1979): twenty cells must not cry wolf once a night.
/// </summary>
sealed class RegressionGate(NpgsqlDataSource db)
{
    const double Level = 0.05;

    // Of several jobs of one cell, a retried sweep's, the newest counts.
    const string Pairs = """
        WITH run AS (
            SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id, place, spec, dataset_sha256, settings_sha256
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = @SweepId AND state = 'completed' ORDER BY dataset_sha256, settings_sha256, job_id DESC),
        base AS (
            SELECT DISTINCT ON (dataset_sha256, settings_sha256) job_id, dataset_sha256, settings_sha256
            FROM sweep_jobs JOIN jobs USING (job_id) WHERE sweep_id = @Baseline AND state = 'completed' ORDER BY dataset_sha256, settings_sha256, job_id DESC)
        SELECT run.spec::text AS "Spec", c.before AS "Before", c.after AS "After", c.lost AS "Lost", c.won AS "Won", c.graded AS "Graded"
        FROM run JOIN base USING (dataset_sha256, settings_sha256)
        CROSS JOIN LATERAL (
            SELECT (count(*) FILTER (WHERE b.correct))::int AS before, (count(*) FILTER (WHERE a.correct))::int AS after,
                (count(*) FILTER (WHERE b.correct AND NOT a.correct))::int AS lost, (count(*) FILTER (WHERE a.correct AND NOT b.correct))::int AS won, count(*)::int AS graded
            FROM problems p JOIN answers a USING (problem_id)
            JOIN problems q ON q.job_id = base.job_id AND q.ordinal = p.ordinal JOIN answers b ON b.problem_id = q.problem_id
            WHERE p.job_id = run.job_id AND a.correct IS NOT NULL AND b.correct IS NOT NULL) c
        WHERE run.job_id <> base.job_id
        ORDER BY run.place
        """;

    /// <summary>What got worse, a line each; empty when nothing did.</summary>
    public async Task<IReadOnlyList<string>> LossesAsync(long sweepId, long baseline, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var cells = (await connection.QueryAsync<Cell>(new CommandDefinition(Pairs, new { SweepId = sweepId, Baseline = baseline }, cancellationToken: ct))).AsList();
        return Losses(cells);
    }

    internal static IReadOnlyList<string> Losses(IReadOnlyList<Cell> cells)
    {
        var tested = cells.Select(cell => (Cell: cell, Chance: new PairedTest(cell.Lost, cell.Won).SecondIsWorse)).OrderBy(cell => cell.Chance).ToList();
        // Holm: the least chance must hold for all cells, the next for one fewer, and the first that does not ends it.
        return [.. tested.TakeWhile((cell, i) => cell.Chance * (tested.Count - i) < Level).Select(cell => cell.Cell.Complaint(cell.Chance))];
    }

    /// <summary>Both runs of one cell.</summary>
    /// <param name="Before">Right in the baseline, of <paramref name="Graded"/>.</param>
    /// <param name="After">Right in the run.</param>
    /// <param name="Lost">Right in the baseline only.</param>
    /// <param name="Won">Right in the run only.</param>
    internal sealed record Cell(string Spec, int Before, int After, int Lost, int Won, int Graded)
    {
        public string Complaint(double chance) => string.Create(CultureInfo.InvariantCulture,
            $"{new PlannedJob(0, JsonSerializer.Deserialize<JobSpec>(Spec, ContractsJson.Lines)!).Title}: {100.0 * After / Graded:F1} % right, {100.0 * Before / Graded:F1} % in the baseline ({Lost} of {Graded} problems lost, {Won} won, p = {chance:G2})");
    }
}
