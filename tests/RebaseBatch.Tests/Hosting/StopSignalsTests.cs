using System.Runtime.InteropServices;
using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

[Fast]
public sealed class StopSignalsTests
{
    [Fact]
    public async Task The_first_signal_asks_for_a_stop_and_the_second_ends_the_process_even_while_the_stop_is_still_busy()
    {
        var limit = TimeSpan.FromSeconds(30);
        var ended = false;
        var time = new ManualTime();
        using var busy = new ManualResetEventSlim();
        using var signals = new StopSignals(() => ended = true, time);
        using var registration = signals.Token.Register(() => busy.Wait(limit));
        try
        {
            await Task.Run(() => signals.Receive(PosixSignal.SIGTERM)).WaitAsync(limit / 2);
            Assert.True(signals.Token.IsCancellationRequested);
            Assert.False(ended);

            // timeout(1) sends two at once.
            signals.Receive(PosixSignal.SIGTERM);
            Assert.False(ended);

            time.Advance(TimeSpan.FromSeconds(1));
            signals.Receive(PosixSignal.SIGTERM);
            Assert.True(ended);
        }
        finally
        {
            busy.Set();
        }
    }

    [Fact]
    public void While_another_program_has_the_terminal_its_ctrl_c_is_not_ours()
    {
        var ended = false;
        var time = new ManualTime();
        using var signals = new StopSignals(() => ended = true, time);
        using (signals.HoldInterrupts())
        {
            signals.Receive(PosixSignal.SIGINT);
            time.Advance(TimeSpan.FromSeconds(1));
            signals.Receive(PosixSignal.SIGINT);
            Assert.False(ended || signals.Token.IsCancellationRequested);
        }

        signals.Receive(PosixSignal.SIGINT);
        time.Advance(TimeSpan.FromSeconds(1));
        signals.Receive(PosixSignal.SIGTERM);
        Assert.True(ended);
    }

    sealed class ManualTime : TimeProvider
    {
        long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => Volatile.Read(ref _ticks);
        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
