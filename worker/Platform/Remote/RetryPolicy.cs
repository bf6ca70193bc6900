using RebaseBatch.Platform.Async;

namespace RebaseBatch.Platform.Remote;

/// <summary>How long a remote file is waited for.</summary>
sealed record RetryPolicy
{
    public static readonly RetryPolicy Usual = new();

    /// <summary>Until an answer begins.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From one byte to the next.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Faults in a row, without a byte between them, after which the file counts as not to be had.</summary>
    public int Faults { get; init; } = 6;

    /// <summary>Pause after the first fault; each further one doubles it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause, also where the server asks for a longer one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <param name="faults">In a row so far, at least 1.</param>
    /// <param name="asked">By the server.</param>
    public TimeSpan PauseAfter(int faults, TimeSpan? asked)
    {
        // Workers that lost one server together must not come back to it together.
        var pause = new Backoff(FirstPause, LongestPause).After(faults, Backoff.Jitter(Random.Shared.NextDouble()));
        return asked is not { } longer || longer < pause ? pause : longer < LongestPause ? longer : LongestPause;
    }
}
