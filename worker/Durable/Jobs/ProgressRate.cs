namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// How fast a job progresses, from what is seen of it: the rate of an earlier run says nothing about the current one. Tokens a second are
/// those of the last half minute.
/// </summary>
sealed class ProgressRate(TimeProvider time)
{
    static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    readonly Queue<(long At, long Tokens)> _seen = [];
    readonly RemainingTime _left = new();
    JobProgress? _last;
    long? _first;

    public void Add(JobProgress progress, long at)
    {
        _last = progress;
        _first ??= at;
        _seen.Enqueue((at, progress.SampledTokens));
        _left.Add(time.GetElapsedTime(_first.Value, at).TotalSeconds, progress.SampledTokens, progress.Done, progress.Problems,
            (progress.OpenSearches, progress.OpenTokens));
        while (_seen.Count > 2 && time.GetElapsedTime(_seen.Peek().At, at) > s_window) _seen.Dequeue();
    }

    /// <summary>Sampled tokens a second; null while nothing is known, and at the end.</summary>
    public double? TokensPerSecond => Passed is { } s && _last!.FinishedAt is null && _last.SampledTokens > _seen.Peek().Tokens
        ? (_last.SampledTokens - _seen.Peek().Tokens) / s
        : null;

    /// <summary>
    /// How many seconds the job will take (<see cref="RemainingTime"/>); null while nothing is known, while no worker has it, and when all
    /// its problems are done.
    /// </summary>
    public double? SecondsLeft =>
        _last is { FinishedAt: null, Workers.Count: > 0 } job && job.Done < job.Problems ? _left.Seconds : null;

    double? Passed => _seen.Count < 2 ? null
        : time.GetElapsedTime(_seen.Peek().At, _seen.Last().At).TotalSeconds is > 0 and var s ? s : null;
}
