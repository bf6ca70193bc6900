namespace RebaseBatch.Durable.Results;

/// <summary>What grading again changed.</summary>
/// <param name="GraderVersion">Version of the grader that gave the new verdicts.</param>
sealed record RegradingOutcome(string GraderVersion)
{
    readonly List<RegradedAnswer> _changes = [];

    /// <summary>Answers graded.</summary>
    public int Problems { get; private set; }

    /// <summary>Answers whose text has changed.</summary>
    public int OtherAnswers { get; private set; }

    /// <summary>Answers that were wrong and are right now.</summary>
    public int NowRight { get; private set; }

    /// <summary>Answers that were right and are wrong now.</summary>
    public int NowWrong { get; private set; }

    /// <summary>The answers that have changed, in the order of their numbers.</summary>
    public IReadOnlyList<RegradedAnswer> Changes => _changes;

    public void Add(RegradedAnswer answer)
    {
        Problems++;
        if (answer.Before != answer.Now) OtherAnswers++;
        if (answer is { RightBefore: false, RightNow: true }) NowRight++;
        if (answer is { RightBefore: true, RightNow: false }) NowWrong++;
        if (answer.Before != answer.Now || answer.RightBefore != answer.RightNow) _changes.Add(answer);
    }
}
