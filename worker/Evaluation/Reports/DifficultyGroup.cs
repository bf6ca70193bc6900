namespace RebaseBatch.Evaluation.Reports;

/// <summary>Problems that are about equally hard.</summary>
/// <param name="Problems">Their places in the evaluation.</param>
sealed record DifficultyGroup(string Name, IReadOnlyList<int> Problems);
