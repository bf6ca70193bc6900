using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// The content of a file: its usable problems in order, and every line that is not one. Both are empty for an empty file.
/// </summary>
sealed record Dataset(IReadOnlyList<ProblemSpec> Problems, IReadOnlyList<InvalidLine> InvalidLines);
