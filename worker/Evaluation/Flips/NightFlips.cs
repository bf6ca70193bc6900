namespace RebaseBatch.Evaluation.Flips;

/// <summary>The flips of a schedule's run against its baseline.</summary>
/// <param name="Report">First is the baseline. Without problems that are unstable.</param>
/// <param name="Unstable">Those that flipped in the most nights first.</param>
/// <param name="UnstableLeftOut">How many more there are.</param>
sealed record NightFlips(string Schedule, FlipReport Report, IReadOnlyList<UnstableProblem> Unstable, int UnstableLeftOut);
