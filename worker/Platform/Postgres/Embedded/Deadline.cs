using System.Diagnostics;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>A moment that does not change when the machine's clock is set.</summary>
readonly record struct Deadline(long Timestamp)
{
    public static Deadline In(TimeSpan time) => new(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    public bool IsOver => Stopwatch.GetTimestamp() >= Timestamp;

    /// <summary>Time left, never negative.</summary>
    public TimeSpan Left => IsOver ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Timestamp);
}
