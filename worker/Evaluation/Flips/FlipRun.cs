namespace RebaseBatch.Evaluation.Flips;

/// <summary>One of two runs.</summary>
/// <param name="Name">Such as <c>sweep 3</c>.</param>
/// <param name="Jobs">Their numbers; one job may be in both runs.</param>
sealed record FlipRun(string Name, IReadOnlyList<long> Jobs);
