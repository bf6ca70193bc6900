using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

public sealed class StopSignalsTests
{
    [Fact]
    public void The_first_signal_asks_for_a_stop_and_the_second_ends_the_process_even_while_the_stop_is_still_busy()
    {
        using var ended = new ManualResetEventSlim();
        using var busy = new ManualResetEventSlim();
        using var signals = new StopSignals(ended.Set);
        using var registration = signals.Token.Register(() => busy.Wait(TestContext.Current.CancellationToken));

        signals.Receive();
        Assert.True(signals.Token.IsCancellationRequested);
        Assert.False(ended.IsSet);

        signals.Receive();
        Assert.True(ended.IsSet);
        busy.Set();
    }
}
