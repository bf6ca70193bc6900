using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Datasets;

/// <summary>What a file held: its usable problems in order, and every line that is none. Both are empty for an empty file.</summary>
sealed record Dataset(IReadOnlyList<ProblemSpec> Problems, IReadOnlyList<InvalidLine> InvalidLines);
