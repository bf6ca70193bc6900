namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// How fast a job progresses, from the reports of the last half minute: the rate of an earlier run says nothing about the current one.
/// </summary>
sealed class ProgressRate(TimeProvider time)
{
    static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    readonly Queue<(long At, long Tokens, int Answered)> _seen = [];
    JobProgress? _last;

    public void Add(JobProgress progress, long at)
    {
        _last = progress;
        _seen.Enqueue((at, progress.SampledTokens, progress.Answered));
        while (_seen.Count > 2 && time.GetElapsedTime(_seen.Peek().At, at) > s_window) _seen.Dequeue();
    }

    /// <summary>Sampled tokens a second; null while nothing is known, and at the end.</summary>
    public double? TokensPerSecond => Passed is { } s && _last!.FinishedAt is null && _last.SampledTokens > _seen.Peek().Tokens
        ? (_last.SampledTokens - _seen.Peek().Tokens) / s
        : null;

    /// <summary>
    /// How many seconds the problems without an answer will take at this rate; null while nothing is known, and at the end.
    /// </summary>
    public double? SecondsLeft => Passed is { } s && _last!.Answered > _seen.Peek().Answered && _last.Problems > _last.Answered
        ? (_last.Problems - _last.Answered) * s / (_last.Answered - _seen.Peek().Answered)
        : null;

    double? Passed => _seen.Count < 2 ? null
        : time.GetElapsedTime(_seen.Peek().At, _seen.Last().At).TotalSeconds is > 0 and var s ? s : null;
}
