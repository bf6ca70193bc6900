namespace RebaseBatch.Schedules;

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
    /// cells (S. Holm, Scandinavian Journal of Statistics 6, 1979): twenty cells must not cry wolf once a night.
    /// </summary>
    public static RunVerdict Of(IReadOnlyList<BaselineCell> cells)
    {
        // A cell that can't differ is no test, and must not make the others' harder to pass.
        var tested = cells.Where(cell => cell is { Gap: null, IsSameJob: false }).OrderBy(cell => cell.ChanceOfLoss).ToList();
        return new(
            cells.Count, [.. cells.Where(cell => cell.Gap is not null).Select(cell => $"{cell.Title}: {cell.Gap}")],
            // Holm: the least chance must hold for all cells, the next for one fewer, and the first that does not ends it.
            [.. tested.TakeWhile((cell, i) => cell.ChanceOfLoss * (tested.Count - i) < Level).Select(cell => cell.Complaint)]);
    }
}
