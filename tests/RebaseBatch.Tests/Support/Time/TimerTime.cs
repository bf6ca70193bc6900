namespace RebaseBatch.Tests.Support.Time;

/// <summary>A clock with timers, which stands until it is moved.</summary>
sealed class TimerTime : TimeProvider
{
    readonly Lock _gate = new();
    readonly List<Alarm> _alarms = [];
    long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are set.</summary>
    public int Alarms
    {
        get
        {
            lock (_gate) return _alarms.Count;
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    /// <summary>Moves the clock and rings each timer that is due by then, once.</summary>
    public void Pass(TimeSpan time)
    {
        var now = Interlocked.Add(ref _ticks, time.Ticks);
        List<Alarm> due;
        lock (_gate) due = _alarms.FindAll(alarm => alarm.DueAt <= now);
        foreach (var alarm in due) alarm.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    sealed class Alarm(TimerTime time, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan _period;

        public long DueAt { get; private set; }

        public void Ring()
        {
            Change(_period, _period);
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._alarms.Remove(this);
                if (dueTime < TimeSpan.Zero || dueTime == Timeout.InfiniteTimeSpan) return true;
                (DueAt, _period) = (time.GetTimestamp() + dueTime.Ticks, period);
                time._alarms.Add(this);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
