namespace RebaseBatch.Evaluation.Flips;

/// <summary>What a person may choose two runs from.</summary>
/// <param name="Sweeps">The newest first.</param>
/// <param name="Jobs">The newest first.</param>
sealed record RunList(IReadOnlyList<ListedSchedule> Schedules, IReadOnlyList<ListedRun> Sweeps, IReadOnlyList<ListedRun> Jobs);
