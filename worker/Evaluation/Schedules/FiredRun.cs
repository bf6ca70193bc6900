namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A run that began or continues.</summary>
/// <param name="GoesOn">Whether it is the previous run, which had not ended.</param>
/// <param name="ClosesAt">When it stops; null for never.</param>
sealed record FiredRun(long SweepId, bool GoesOn, DateTimeOffset? ClosesAt)
{
    /// <summary>The end in words, in UTC.</summary>
    public string Until => ClosesAt is { } closes ? $"{closes.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "its end";
}
