namespace RebaseBatch.Tests.Support.Time;

/// <summary>A calendar that stands until it is moved. Without timers.</summary>
sealed class SteppedClock : TimeProvider
{
    DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Pass(TimeSpan time) => _now += time;
}
