namespace RebaseBatch.Evaluation.Reports;

/// <summary>
/// Groups problems by the dataset's levels, or by how often they are solved: the share of a report's searches whose own answer is right.
/// </summary>
static class Difficulty
{
    /// <summary>
    /// A <c>level</c> with more values is a rating: too few problems share a value, and the groups don't fit on the page.
    /// </summary>
    const int MostLevels = 10;

    static readonly string[] s_quarters = ["easiest quarter", "second", "third", "hardest quarter"];

    /// <summary>Fewer problems would leave less than two in a quarter, which is too few for groups.</summary>
    public static int LeastProblems => 2 * s_quarters.Length;

    /// <param name="levels">The level of each problem; null for a problem without one.</param>
    /// <returns>The lowest level first, without the problems that have no level; null unless most problems have one and there are at least
    /// two levels.</returns>
    public static IReadOnlyList<DifficultyGroup>? ByLevel(IReadOnlyList<short?> levels)
    {
        var groups = levels.Select((level, problem) => (Level: level, Problem: problem)).Where(pair => pair.Level is not null)
            .GroupBy(pair => pair.Level, pair => pair.Problem).OrderBy(group => group.Key)
            .Select(group => new DifficultyGroup($"level {group.Key}", [.. group])).ToList();
        return groups.Count is >= 2 and <= MostLevels && 2 * groups.Sum(group => group.Problems.Count) > levels.Count ? groups : null;
    }

    /// <param name="runs">For each run and problem how often it was solved, 0 to 1; null if it failed.</param>
    /// <returns>Four groups of nearly equal size, the easiest first; equally hard problems in their order; without problems that failed in
    /// every run. With fewer than four problems, groups are empty.</returns>
    public static IReadOnlyList<DifficultyGroup> Quartiles(IReadOnlyList<IReadOnlyList<double?>> runs)
    {
        int[] order =
        [
            .. Enumerable.Range(0, runs[0].Count).Where(problem => runs.Any(run => run[problem] is not null))
                .OrderByDescending(problem => runs.Average(run => run[problem])).ThenBy(problem => problem),
        ];
        var (problems, groups) = (order.Length, s_quarters.Length);
        return [.. s_quarters.Select(
            (name, group) => new DifficultyGroup(name, order[(group * problems / groups)..((group + 1) * problems / groups)]))];
    }

    /// <summary>
    /// For each strategy the search whose policy cost is nearest, on a logarithmic scale, to the cost of the costliest REBASE search, or of
    /// the costliest search if there is no REBASE search.
    /// </summary>
    /// <param name="points">Points of one policy, each by its own vote.</param>
    public static List<MeasuredPoint> AtComparableCost(IReadOnlyList<MeasuredPoint> points)
    {
        var rebase = points.Where(point => point.Series.Strategy is Contracts.SearchStrategy.Rebase).ToList();
        var target = (rebase.Count > 0 ? rebase : points).Max(point => point.PolicyFlops);
        return [.. points.GroupBy(point => point.Series)
            .Select(line => line.MinBy(point => Math.Abs(Math.Log((point.PolicyFlops + 1) / (target + 1))))!)];
    }
}
