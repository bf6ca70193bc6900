using RebaseBatch.Commands.Output;
using RebaseBatch.Jobs;

namespace RebaseBatch.Commands.Jobs;

/// <summary>How fast a job gets on, over the last half minute that was looked at: an earlier run's pace says nothing about this one's.</summary>
sealed class Pace(TimeProvider time)
{
    static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    readonly Queue<(long At, long Tokens, int Answered)> _seen = [];
    JobProgress? _last;

    public void See(JobProgress progress, long at)
    {
        _last = progress;
        _seen.Enqueue((at, progress.SampledTokens, progress.Answered));
        while (_seen.Count > 2 && time.GetElapsedTime(_seen.Peek().At, at) > s_window) _seen.Dequeue();
    }

    /// <summary><c> (812/s)</c>; empty while nothing is known, and at the end.</summary>
    public string Rate => Passed is { } s && _last!.FinishedAt is null && _last.SampledTokens > _seen.Peek().Tokens ? $" ({Amount.Of((long)((_last.SampledTokens - _seen.Peek().Tokens) / s))}/s)" : "";

    /// <summary><c>, about 2 min 5 s left</c>; empty while nothing is known.</summary>
    public string Left => Passed is { } s && _last!.Answered > _seen.Peek().Answered && _last.Problems > _last.Answered
        ? $", about {Amount.Seconds((_last.Problems - _last.Answered) * s / (_last.Answered - _seen.Peek().Answered))} left"
        : "";

    double? Passed => _seen.Count < 2 ? null : time.GetElapsedTime(_seen.Peek().At, _seen.Last().At).TotalSeconds is > 0 and var s ? s : null;
}
