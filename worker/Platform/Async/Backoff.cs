namespace RebaseBatch.Platform.Async;

/// <summary>The waits between attempts: each is twice as long as the one before. Pure.</summary>
/// <param name="First">The wait after the first failure.</param>
/// <param name="Longest">No wait is longer.</param>
sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    // Far more doublings than any first and longest wait need, and few enough for a first wait of 0, because 0 × infinity is not a number.
    const int MostDoublings = 62;

    /// <summary>The wait after <paramref name="failures"/> failures in a row.</summary>
    /// <param name="failures">0 or less: nothing failed yet, and there is no wait.</param>
    /// <param name="jitter">Factor on the wait before it is capped, such as <see cref="Jitter"/>.</param>
    public TimeSpan After(int failures, double jitter = 1)
    {
        if (failures <= 0) return TimeSpan.Zero;
        var ticks = First.Ticks * Math.Pow(2, Math.Min(failures - 1, MostDoublings)) * jitter;
        return ticks < Longest.Ticks ? TimeSpan.FromTicks((long)Math.Round(ticks)) : Longest;
    }

    /// <summary>A factor from 0.8 to 1.2: processes that begin to wait together must not come back together each time.</summary>
    /// <param name="random">Uniform in [0, 1).</param>
    public static double Jitter(double random) => 0.8 + 0.4 * random;
}
