namespace RebaseBatch.Evaluation.Flips;

/// <summary>Which flips are read with their texts.</summary>
/// <param name="Limit">The most flips, and the most problems that only one run has; 0 or more.</param>
/// <param name="Only">Null: lost and won ones.</param>
/// <param name="Apart">Problems of the first run's jobs that are listed elsewhere; null: none.</param>
sealed record FlipChoice(int Limit, FlipKind? Only = null, IReadOnlySet<long>? Apart = null)
{
    public bool Has(PairedProblem problem) =>
        problem.Flip is { } flip && (Only is null || Only == flip) && !IsApart(problem);

    public bool IsApart(PairedProblem problem) => problem.First is { } first && (Apart?.Contains(first.ProblemId) ?? false);
}
