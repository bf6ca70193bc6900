using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>The result of comparing a run with its baseline.</summary>
/// <param name="Cells">How many cells of the baseline have a completed job.</param>
/// <param name="Gaps">The cells of the baseline for which the run has nothing to compare, one line each, with the reason.</param>
/// <param name="Losses">The cells that got significantly worse, one line each.</param>
/// <param name="LeftOut">Problems of the compared cells that failed in the run or in the baseline, and were not compared.</param>
sealed record RunVerdict(int Cells, IReadOnlyList<string> Gaps, IReadOnlyList<string> Losses, int LeftOut = 0)
{
    const double Level = 0.05;

    /// <summary>In what the machines of compared cells differ, one line each: then a difference may come from them alone.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    public int Compared => Cells - Gaps.Count;

    /// <summary>
    /// How much of the baseline the verdict covers: "nothing got worse" says little about a run that shares 2 of 20 cells with it.
    /// </summary>
    public string Coverage => $"{Compared} of the baseline's {Cells} {(Cells == 1 ? "cell" : "cells")} compared"
        + (LeftOut == 0 ? "" : $", without {LeftOut} {(LeftOut == 1 ? "problem" : "problems")} that failed");

    /// <summary>
    /// A cell is lost if McNemar's test gives so few wins among its discordant problems a probability below 5 %, after Holm's correction
    /// over the cells. Without the correction, twenty cells would raise a false alarm about once a night.
    /// </summary>
    public static RunVerdict Of(IReadOnlyList<BaselineCell> cells)
    {
        // A cell that can't differ is not a test, and must not make the other tests stricter.
        var tested = cells.Where(cell => cell is { Gap: null, IsSameJob: false }).OrderBy(cell => cell.ChanceOfLoss).ToList();
        var adjusted = Holm.Adjusted([.. tested.Select(cell => cell.ChanceOfLoss)]);
        return new(
            cells.Count, [.. cells.Where(cell => cell.Gap is not null).Select(cell => $"{cell.Title}: {cell.Gap}")],
            [.. tested.Where((_, i) => adjusted[i] < Level).Select(cell => cell.Complaint)],
            cells.Where(cell => cell.Gap is null).Sum(cell => cell.LeftOut))
        {
            // Many cells of one run differ in the same way.
            Differences = [.. tested.SelectMany(cell => cell.Differences).Distinct()],
        };
    }
}
