namespace RebaseBatch.Reports;

/// <summary>Two runs over one dataset, cell by cell.</summary>
/// <param name="Cells">At least one of them in both runs.</param>
sealed record RunComparison(RunPair Runs, IReadOnlyList<CellComparison> Cells)
{
    /// <summary>Cells that were really run twice.</summary>
    public int Tested => Cells.Count(cell => cell.Test is not null);

    public int FirstBetter => Cells.Count(cell => cell.IsDecided && cell.Test is { } test && test.OnlyFirst > test.OnlySecond);

    public int SecondBetter => Cells.Count(cell => cell.IsDecided && cell.Test is { } test && test.OnlyFirst < test.OnlySecond);

    /// <param name="jobs">Of one dataset, all of them answered; in the order of their numbers.</param>
    /// <param name="remarks">Told why there is nothing to compare.</param>
    /// <returns>Null: the runs have no cell in common.</returns>
    public static RunComparison? Of(RunPair runs, IReadOnlyList<MeasuredJob> jobs, ICollection<string> remarks)
    {
        var cells = CellComparison.Of(runs, jobs);
        if (cells.Any(cell => cell.First is not null && cell.Second is not null)) return new(runs, cells);
        remarks.Add($"{runs.First.Name} and {runs.Second.Name} are not compared: no job of the one has the settings, seed and models' names of one of the other");
        return null;
    }
}
