namespace RebaseBatch.Durable.Results;

/// <summary>A problem of a job, and what came of it so far.</summary>
/// <param name="Place">In the job's dataset, from 0.</param>
/// <param name="Gold">The right answer; null when the dataset has none.</param>
/// <param name="Answer">The job's own answer; null when there is none.</param>
sealed record ProblemAnswer(long ProblemId, int Place, string CustomId, string Question, string? Gold, string? Answer)
{
    public required ProblemVerdict Verdict { get; init; }

    /// <summary>Why it failed or has no answer.</summary>
    public string? Reason { get; init; }

    /// <summary>Which limit ended its search early; null for a complete search.</summary>
    public string? EndedBy { get; init; }

    /// <summary>How many solutions finished.</summary>
    public int Solutions { get; init; }

    /// <summary>Its number for people, from 1.</summary>
    public int Number => Place + 1;
}
