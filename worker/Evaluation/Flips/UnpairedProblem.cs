namespace RebaseBatch.Evaluation.Flips;

/// <summary>A problem that only one of two runs has a result for.</summary>
/// <param name="Run">The run that has it.</param>
/// <param name="Cell">The cell in words.</param>
/// <param name="Why">Why the other run has no result.</param>
/// <param name="Correct">Null without a right answer, and for a failed problem.</param>
sealed record UnpairedProblem(string Run, string Cell, long Seed, string CustomId, string Question, string Why, bool? Correct)
{
    public ProblemGroups Groups { get; init; }

    /// <summary>The right answer; null if there is none.</summary>
    public string? Gold { get; init; }

    /// <summary>What the run made of it.</summary>
    public FlipSide? Side { get; init; }
}
