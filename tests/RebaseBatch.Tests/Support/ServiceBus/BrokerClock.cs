namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>The machine's clock, which a test can move ahead. It has no timers of its own.</summary>
public sealed class BrokerClock : TimeProvider
{
    long _aheadTicks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _aheadTicks));

    internal void Pass(TimeSpan time) => Interlocked.Add(ref _aheadTicks, time.Ticks);
}
