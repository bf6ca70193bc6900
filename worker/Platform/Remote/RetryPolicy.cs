using RebaseBatch.Platform.Async;

namespace RebaseBatch.Platform.Remote;

/// <summary>How long and how often a remote file is tried.</summary>
sealed record RetryPolicy
{
    public static readonly RetryPolicy Usual = new();

    /// <summary>For callers that try again themselves: one more attempt after a broken connection, and none after a second.</summary>
    public static readonly RetryPolicy Once = new() { Faults = 2 };

    /// <summary>Longest wait until an answer begins.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait from one byte to the next.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Number of faults in a row, without a byte between them, after which the download fails.</summary>
    public int Faults { get; init; } = 6;

    /// <summary>Pause after the first fault; each further one doubles it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause, even when the server asks for a longer one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before the next attempt.</summary>
    /// <param name="faults">Faults in a row so far, at least 1.</param>
    /// <param name="asked">The pause that the server asks for; null when it asks for none.</param>
    public TimeSpan PauseAfter(int faults, TimeSpan? asked)
    {
        // Workers that lost a server at the same time must not all come back to it at the same time.
        var pause = new Backoff(FirstPause, LongestPause).After(faults, Backoff.Jitter(Random.Shared.NextDouble()));
        return asked is not { } longer || longer < pause ? pause : longer < LongestPause ? longer : LongestPause;
    }
}
