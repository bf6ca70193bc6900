namespace RebaseBatch.Tests.Support.Time;

/// <summary>A clock that stands until it is moved. Without timers.</summary>
sealed class ManualTime : TimeProvider
{
    long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
