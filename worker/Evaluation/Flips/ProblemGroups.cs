namespace RebaseBatch.Evaluation.Flips;

/// <summary>What the dataset says a problem belongs to; null where it does not say.</summary>
/// <param name="Family">The kind of problem, such as <c>Algebra</c>.</param>
readonly record struct ProblemGroups(short? Level, string? Family);
