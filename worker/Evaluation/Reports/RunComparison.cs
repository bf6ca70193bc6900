namespace RebaseBatch.Evaluation.Reports;

/// <summary>Two runs over one dataset, cell by cell.</summary>
/// <param name="Cells">All cells of either run, in the order of the jobs.</param>
sealed record RunComparison(RunPair Runs, IReadOnlyList<CellComparison> Cells)
{
    /// <summary>Whether any cell is in both runs.</summary>
    public bool Meet => Cells.Any(cell => cell.First is not null && cell.Second is not null);

    /// <summary>Cells that two different jobs ran.</summary>
    public int Tested => Cells.Count(cell => cell.Test is not null);

    public int FirstBetter => Cells.Count(cell => cell.IsDecided && cell.Test is { } test && test.OnlyFirst > test.OnlySecond);

    public int SecondBetter => Cells.Count(cell => cell.IsDecided && cell.Test is { } test && test.OnlyFirst < test.OnlySecond);
}
