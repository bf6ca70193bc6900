using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>How one job gets on, over all workers.</summary>
/// <param name="State">queued, running, cancelling, completed or cancelled.</param>
/// <param name="Answered">Problems with a result, the failed ones included.</param>
/// <param name="Accuracy">Share of the <paramref name="Graded"/> answers so far that are right by the job's own vote; null without any.</param>
/// <param name="AccuracyLow">Lower end of its 95 % interval.</param>
/// <param name="SampledTokens">Policy tokens of the stored steps.</param>
/// <param name="TokensPerSecond">At the last half minute's pace; null while it is not known.</param>
/// <param name="SecondsLeft">Likewise.</param>
/// <param name="Workers">How many hold a batch of it.</param>
/// <param name="Remark">What holds it up, in words; null for nothing.</param>
/// <param name="Report">Where this worker serves its report; null until it has ended.</param>
/// <param name="Files">Where its result files lie; null while there is none.</param>
sealed record JobStatus(
    long JobId, string Name, string State, SearchStrategy Strategy, int Width, string Policy, string? Reward, int Problems, int Answered, int Failed,
    int Graded, double? Accuracy, double? AccuracyLow, double? AccuracyHigh, long Steps, long SampledTokens, double? TokensPerSecond, double? SecondsLeft,
    int Workers, string? Remark, string? Report, string? Files, DateTimeOffset EnqueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);
