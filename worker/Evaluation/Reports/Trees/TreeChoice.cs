using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>
/// Which searches a report shows: right and wrong ones of REBASE jobs in turn, the largest of each that a reader can still follow.
/// </summary>
static class TreeChoice
{
    // The widest that a reader can follow on one page.
    const int ReadableWidth = 16;
    public const int MostNodes = 120;

    /// <summary>
    /// The jobs whose trees are shown: for every policy the widest that a reader can still follow, or otherwise the narrowest.
    /// </summary>
    public static IReadOnlyList<MeasuredPoint> Searches(MeasuredDataset evaluation) =>
    [
        .. evaluation.OwnPoints.Where(point => point.Series.Strategy is SearchStrategy.Rebase).GroupBy(point => point.Series.Policy)
            .Select(policy => policy.Where(point => point.Width <= ReadableWidth).MaxBy(point => point.Width)
                ?? policy.MinBy(point => point.Width)!),
    ];

    /// <param name="count">The most trees of the dataset.</param>
    public static async Task<IReadOnlyList<SearchTree>> ReadAsync(TreeQueries trees, MeasuredDataset evaluation, int count,
        CancellationToken ct)
    {
        var found = new List<SearchTree>();
        var searches = Searches(evaluation);
        var (rights, wrongs) = (new int[searches.Count], new int[searches.Count]);
        var exhausted = new HashSet<(int, bool)>();
        for (var turn = 0; found.Count < count && exhausted.Count < 2 * searches.Count; turn++)
        {
            var (i, correct) = (turn / 2 % searches.Count, turn % 2 == 0);
            if (exhausted.Contains((i, correct))) continue;
            var n = correct ? rights[i]++ : wrongs[i]++;
            if (await trees.FindAsync(searches[i].Jobs[^1], evaluation.Names.Of(searches[i]), correct, n, MostNodes, ct) is { } tree)
                found.Add(tree);
            else exhausted.Add((i, correct));
        }

        return found;
    }
}
