using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>
/// Problems by the dataset's own levels, or by how often they are solved: the share of all searches of a report whose own answer is right.
/// </summary>
static class Difficulty
{
    /// <summary>A <c>level</c> of more values is a rating: too few problems share one, and they don't fit beside each other.</summary>
    const int MostLevels = 10;

    static readonly string[] s_quarters = ["easiest quarter", "second", "third", "hardest quarter"];

    /// <summary>What is too few for a quarter of two problems is too few to be grouped at all.</summary>
    public static int LeastProblems => 2 * s_quarters.Length;

    /// <param name="levels">Of each problem; null for one without.</param>
    /// <returns>The lowest level first, without the problems that have none; null unless most have one and there are two levels or more.</returns>
    public static IReadOnlyList<DifficultyGroup>? ByLevel(IReadOnlyList<short?> levels)
    {
        var groups = levels.Select((level, problem) => (Level: level, Problem: problem)).Where(pair => pair.Level is not null)
            .GroupBy(pair => pair.Level, pair => pair.Problem).OrderBy(group => group.Key)
            .Select(group => new DifficultyGroup($"level {group.Key}", [.. group])).ToList();
        return groups.Count is >= 2 and <= MostLevels && 2 * groups.Sum(group => group.Problems.Count) > levels.Count ? groups : null;
    }

    /// <returns>Four groups as even as can be, the easiest first; ties by their place. Fewer problems leave groups empty.</returns>
    public static IReadOnlyList<DifficultyGroup> Quartiles(IReadOnlyList<IReadOnlyList<double>> runs)
    {
        var (problems, groups) = (runs[0].Count, s_quarters.Length);
        int[] order = [.. Enumerable.Range(0, problems).OrderByDescending(problem => runs.Sum(run => run[problem])).ThenBy(problem => problem)];
        return [.. s_quarters.Select((name, group) => new DifficultyGroup(name, order[(group * problems / groups)..((group + 1) * problems / groups)]))];
    }

    /// <summary>
    /// Of each strategy the search whose policy cost is nearest to that of the costliest REBASE search, or without one of the costliest
    /// search, on a logarithmic scale.
    /// </summary>
    /// <param name="points">Of one policy, each by its own vote.</param>
    public static List<MeasuredPoint> AtComparableCost(IReadOnlyList<MeasuredPoint> points)
    {
        var rebase = points.Where(point => point.Series.Strategy is Contracts.SearchStrategy.Rebase).ToList();
        var target = (rebase.Count > 0 ? rebase : points).Max(point => point.PolicyFlops);
        return [.. points.GroupBy(point => point.Series).Select(line => line.MinBy(point => Math.Abs(Math.Log((point.PolicyFlops + 1) / (target + 1))))!)];
    }
}
