using Npgsql;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports.Trees;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>The problems that flipped between the two runs of a report, and their trees.</summary>
static class ReportFlips
{
    /// <summary>The most flips of a dataset on a page.</summary>
    public const int Most = 60;

    /// <returns>Null unless the report is of two runs, or of two jobs.</returns>
    public static async Task<FlipReport?> ReadAsync(NpgsqlDataSource db, MeasuredDataset evaluation, CancellationToken ct)
    {
        if (Runs(evaluation) is not (var first, var second)) return null;
        return await new FlipReader(new(db)).ReadAsync(first, second, new(Most), ct);
    }

    /// <summary>Both trees of each problem, as far as they are stored and a reader can follow them.</summary>
    /// <param name="count">The most trees.</param>
    public static async Task<IReadOnlyList<SearchTree>> TreesAsync(
        NpgsqlDataSource db, MeasuredDataset evaluation, FlipReport? flips, int count, CancellationToken ct)
    {
        var (queries, found) = (new TreeQueries(db), new List<SearchTree>());
        foreach (var flip in flips?.Flips.OrderBy(flip => flip.Kind) ?? Enumerable.Empty<Flip>())
        {
            if (found.Count + 2 > count) break;
            if (await ReadAsync(flip.First) is { } before && await ReadAsync(flip.Second) is { } after) found.AddRange([before, after]);
        }

        return found;

        async Task<SearchTree?> ReadAsync(FlipSide side) => !side.HasTree ? null
            : await queries.OfProblemAsync(side.Job, NameOf(side.Job), side.Place, TreeChoice.MostNodes, ct);

        string NameOf(long job) =>
            evaluation.OwnPoints.FirstOrDefault(point => point.Jobs.Contains(job)) is { } point ? evaluation.Names.Of(point) : "its search";
    }

    static (FlipRun First, FlipRun Second)? Runs(MeasuredDataset evaluation)
    {
        if (evaluation.Comparison is { Runs: var runs }) return (Of(runs.First), Of(runs.Second));
        return evaluation.Jobs is [var one, var other]
            ? (new($"job {one.JobId}", [one.JobId]), new($"job {other.JobId}", [other.JobId])) : null;

        FlipRun Of(NamedRun run) => new($"{run.Name}", [.. evaluation.Jobs.Where(run.Has).Select(job => job.JobId)]);
    }
}
