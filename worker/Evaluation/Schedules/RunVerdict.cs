using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>What a run came to, held against its baseline.</summary>
/// <param name="Cells">Of the baseline, those whose jobs completed.</param>
/// <param name="Gaps">Those of them that the run left nothing to compare with, each with the reason, a line each.</param>
/// <param name="Losses">What got significantly worse, a line each.</param>
sealed record RunVerdict(int Cells, IReadOnlyList<string> Gaps, IReadOnlyList<string> Losses)
{
    const double Level = 0.05;

    public int Compared => Cells - Gaps.Count;

    /// <summary>How much of the baseline the verdict is of: that nothing got worse says little about a run that shares two cells of twenty with it.</summary>
    public string Coverage => $"{Compared} of the baseline's {Cells} {(Cells == 1 ? "cell" : "cells")} compared";

    /// <summary>
    /// A cell is lost when McNemar's test gives so few wins among its discordant problems a chance below 5 % in all, by Holm's rule over the
    /// cells: twenty of them must not cry wolf once a night.
    /// </summary>
    public static RunVerdict Of(IReadOnlyList<BaselineCell> cells)
    {
        // A cell that can't differ is no test, and must not make the others' harder to pass.
        var tested = cells.Where(cell => cell is { Gap: null, IsSameJob: false }).OrderBy(cell => cell.ChanceOfLoss).ToList();
        var adjusted = Holm.Adjusted([.. tested.Select(cell => cell.ChanceOfLoss)]);
        return new(
            cells.Count, [.. cells.Where(cell => cell.Gap is not null).Select(cell => $"{cell.Title}: {cell.Gap}")],
            [.. tested.Where((_, i) => adjusted[i] < Level).Select(cell => cell.Complaint)]);
    }
}
