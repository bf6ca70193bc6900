namespace RebaseBatch.Evaluation.Flips;

/// <summary>A schedule, and the two sweeps whose flips it has.</summary>
/// <param name="Run">Its newest run whose jobs have all ended; null if there is none.</param>
/// <param name="Baseline">Null if it has none.</param>
sealed record ListedSchedule(string Name, long? Run, long? Baseline);
