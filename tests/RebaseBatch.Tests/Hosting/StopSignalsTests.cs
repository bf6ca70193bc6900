using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

public sealed class StopSignalsTests
{
    [Fact]
    public async Task The_first_signal_asks_for_a_stop_and_the_second_ends_the_process_even_while_the_stop_is_still_busy()
    {
        var limit = TimeSpan.FromSeconds(30);
        var ended = false;
        using var busy = new ManualResetEventSlim();
        using var signals = new StopSignals(() => ended = true);
        using var registration = signals.Token.Register(() => busy.Wait(limit));
        try
        {
            await Task.Run(signals.Receive).WaitAsync(limit / 2);
            Assert.True(signals.Token.IsCancellationRequested);
            Assert.False(ended);

            signals.Receive();
            Assert.True(ended);
        }
        finally
        {
            busy.Set();
        }
    }
}
