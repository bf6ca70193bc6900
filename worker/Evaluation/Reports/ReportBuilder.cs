using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Durable.Results;
using RebaseBatch.Evaluation.Reports.ModelQuality;
using RebaseBatch.Evaluation.Reports.Trees;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Reads what a report shows in addition to the measured jobs, and makes its page.</summary>
static class ReportBuilder
{
    public const int DefaultTrees = 6;

    /// <param name="evaluations">At least one.</param>
    /// <param name="title">Null: Evaluation of the datasets.</param>
    /// <param name="trees">The maximum number of search trees of each evaluation; 0 or more.</param>
    /// <param name="made">When the page was made, as it says itself.</param>
    /// <exception cref="UserException">A job was deleted while it was read.</exception>
    public static async Task<string> BuildAsync(
        NpgsqlDataSource db, IReadOnlyList<MeasuredDataset> evaluations, string? title, int trees, DateTimeOffset made,
        CancellationToken ct)
    {
        var contents = new List<ReportContent>();
        foreach (var evaluation in evaluations)
        {
            var flips = await ReportFlips.ReadAsync(db, evaluation, ct);
            // Two thirds of the trees are those of flipped problems, so that some show the runs as they are.
            var flipped = await ReportFlips.TreesAsync(db, evaluation, flips, trees - (trees / 3), ct);
            var others = await TreeChoice.ReadAsync(new(db), evaluation, trees - flipped.Count, ct);
            var (chances, calibrations) = await ModelQualityReader.ReadAsync(db, evaluation, ct);
            contents.Add(new(evaluation, await SaturationsAsync(db, evaluation, ct),
                [.. flipped.Concat(others).DistinctBy(tree => (tree.JobId, tree.Place))])
            {
                Chances = chances,
                Calibrations = calibrations,
                Flips = flips,
            });
        }

        return ReportPage.Of(title ?? $"Evaluation of {string.Join(" and ", evaluations.Select(evaluation => evaluation.Name))}",
            made, contents);
    }

    /// <summary>For each policy the widest sampling job that is in the figures.</summary>
    static async Task<IReadOnlyList<SaturationCurve>> SaturationsAsync(NpgsqlDataSource db, MeasuredDataset evaluation,
        CancellationToken ct)
    {
        var widest = evaluation.OwnPoints.Where(point => point is
        {
            Series.Strategy: SearchStrategy.Sampling, Series.Settings.StopAtConfidence: null, Width: > 1,
        })
            .GroupBy(point => point.Series.Policy).Select(policy => policy.MaxBy(point => point.Width)!);
        var curves = new List<SaturationCurve>();
        foreach (var point in widest)
        {
            var samples = await JobSamples.ReadAsync(new ResultQueries(db), point.Jobs[^1], ct);
            curves.Add(new(samples.JobId, evaluation.Names.Policy(point.Series),
                Saturation.Of(samples.Problems, samples.Spec.Width, samples.Scored))
            { Problems = samples.Problems.Count });
        }

        return curves;
    }
}
