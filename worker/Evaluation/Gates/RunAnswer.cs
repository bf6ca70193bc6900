using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>
/// The answer to a run: the worst of its critical cells; an advisory cell makes it a warning at most. Pure.
/// </summary>
static class RunAnswer
{
    public static (GateAnswer Answer, string Reason) Of(IReadOnlyList<GateCell> cells, GatePolicy policy)
    {
        if (cells.Count == 0)
            return (GateAnswer.Incomparable, "the baseline has no cell, so nothing can be compared: name another sweep as the baseline");
        if (cells.All(cell => cell.Answer is GateAnswer.Incomparable))
            return (GateAnswer.Incomparable, cells.Count == 1 ? Lower(cells[0])
                : $"none of the baseline's {GateText.Count(cells.Count, "cell")} could be compared: {Lower(cells[0])}");
        var worst = cells.Max(Weight);
        var (first, count) = (cells.First(cell => Weight(cell) == worst), cells.Count(cell => Weight(cell) == worst));
        var more = count == 1 ? "" : $" and {GateText.Count(count - 1, "more cell")}";
        // Nobody saw that nothing got worse, and a new build or device that is worse would never be found.
        if (worst is GateAnswer.Pass && policy.RequireFresh is null && IsAllOld(cells))
            return (GateAnswer.Inconclusive, "nothing was run anew: the run has the baseline's own results, so that no drop could be seen. "
                + "Add the schedule with --fresh, or put require_fresh: false into its gate if old results may pass");
        return (worst, worst switch
        {
            GateAnswer.Block => $"significantly worse by more than is tolerated: {first.Title}{more}",
            GateAnswer.Warn => first.Tier is CellTier.Advisory
                ? $"significantly worse, but advisory: {first.Title}{more}"
                : $"significantly worse, within what is tolerated: {first.Title}{more}",
            GateAnswer.Incomparable => $"not everything could be compared: {Lower(first)}{more}",
            GateAnswer.Inconclusive =>
                $"no significant drop, but one beyond what is tolerated would not have been seen in {first.Title}{more}",
            _ => Pass(cells, policy),
        });
    }

    static GateAnswer Weight(GateCell cell) => cell.Tier is CellTier.Critical ? cell.Answer
        : cell.Answer is GateAnswer.Warn ? GateAnswer.Warn : GateAnswer.Pass;

    // Without a test in any critical cell.
    static bool IsAllOld(IReadOnlyList<GateCell> cells) => cells.Any(cell => cell.Tier is CellTier.Critical)
        && cells.All(cell => cell.Tier is CellTier.Advisory || cell.SmallestDrop is null);

    static string Lower(GateCell cell) => $"{cell.Title}: {cell.Reason}";

    static string Pass(IReadOnlyList<GateCell> cells, GatePolicy policy) =>
        cells.Where(cell => cell.Tier is CellTier.Critical).Max(cell => cell.SmallestDrop) is { } smallest
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"no significant drop, and one of {GateText.Points(smallest)} in any critical cell is seen with "
                    + $"{policy.Power:P0} probability")
            : IsAllOld(cells)
                ? "the run has the baseline's own results: nothing was run anew" : "no cell is critical, and no advisory one got worse";
}
