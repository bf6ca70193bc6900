using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// The content of a file: its usable problems in order, and every line that is not one. Both are empty for an empty file.
/// </summary>
sealed record Dataset(IReadOnlyList<ProblemSpec> Problems, IReadOnlyList<InvalidLine> InvalidLines)
{
    /// <summary>The number of the line of each problem.</summary>
    public IReadOnlyList<int> Lines { get; init; } = [];

    /// <summary>What the usable lines gave.</summary>
    public DatasetSummary Summary { get; init; } = DatasetSummary.Empty;
}
