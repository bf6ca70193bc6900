namespace RebaseBatch.Reports;

/// <summary>Problems by how often they are solved: the share of all searches of a report whose own answer is right.</summary>
static class Difficulty
{
    public const int Groups = 4;

    /// <returns>Indices of problems in four groups as even as can be, the easiest first; ties by their place. Fewer problems leave groups empty.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Quartiles(IReadOnlyList<IReadOnlyList<double>> runs)
    {
        var problems = runs[0].Count;
        int[] order = [.. Enumerable.Range(0, problems).OrderByDescending(problem => runs.Sum(run => run[problem])).ThenBy(problem => problem)];
        return [.. Enumerable.Range(0, Groups).Select(group => order[(group * problems / Groups)..((group + 1) * problems / Groups)])];
    }

    /// <summary>
    /// Of each strategy the search whose policy cost is nearest to that of the costliest REBASE search, or without one of the costliest
    /// search, on a logarithmic scale.
    /// </summary>
    /// <param name="points">Of one policy, each by its own vote.</param>
    public static List<MeasuredPoint> AtComparableCost(IReadOnlyList<MeasuredPoint> points)
    {
        var rebase = points.Where(point => point.Line.Strategy is Contracts.SearchStrategy.Rebase).ToList();
        var target = (rebase.Count > 0 ? rebase : points).Max(point => point.PolicyFlops);
        return [.. points.GroupBy(point => point.Line).Select(line => line.MinBy(point => Math.Abs(Math.Log((point.PolicyFlops + 1) / (target + 1))))!)];
    }
}
