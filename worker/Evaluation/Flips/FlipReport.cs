namespace RebaseBatch.Evaluation.Flips;

/// <summary>Which problems were lost and won between two runs.</summary>
sealed record FlipReport
{
    public required FlipRun First { get; init; }

    public required FlipRun Second { get; init; }

    /// <summary>The cells that both runs have.</summary>
    public required IReadOnlyList<FlipCell> Cells { get; init; }

    /// <summary>What only one run has, one line each.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    /// <summary>By cell; in a cell lost ones first.</summary>
    public required IReadOnlyList<Flip> Flips { get; init; }

    /// <summary>Flips of the wanted kind that are not among <see cref="Flips"/>, because there are too many.</summary>
    public required int FlipsLeftOut { get; init; }

    /// <summary>Flips that are not among <see cref="Flips"/> because their problems are listed as unstable.</summary>
    public int FlipsApart { get; init; }

    public required IReadOnlyList<UnpairedProblem> Unpaired { get; init; }

    public required int UnpairedLeftOut { get; init; }

    public int Lost => Cells.Sum(cell => cell.Lost);

    public int Won => Cells.Sum(cell => cell.Won);

    /// <summary>The groups of all cells together, by name.</summary>
    public IReadOnlyList<FlipGroup> Groups => FlipTally.Sums(Cells.SelectMany(cell => cell.Groups));
}
