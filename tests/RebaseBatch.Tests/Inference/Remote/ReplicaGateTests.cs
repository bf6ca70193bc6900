using RebaseBatch.Inference.Remote;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

[Fast]
public sealed class ReplicaGateTests
{
    [Fact]
    public async Task At_most_so_many_are_inside_and_the_oldest_search_is_next()
    {
        var gate = new ReplicaGate(2);
        Assert.True(await gate.EnterAsync(9, default));
        Assert.True(await gate.EnterAsync(9, default));
        Assert.True(gate.IsFull);
        var waiting = new long[] { 5, 3, 5, 4 }.Select(search => gate.EnterAsync(search, default).AsTask()).ToList();
        Assert.Equal(6, gate.Load);
        foreach (var next in (int[])[1, 3, 0, 2])
        {
            Assert.False(waiting[next].IsCompleted);
            gate.Leave();
            Assert.True(await waiting[next]);
        }

        for (var i = 0; i < 2; i++) gate.Leave();
        Assert.Equal(0, gate.Load);
    }

    [Fact]
    public async Task A_cancelled_request_takes_no_place()
    {
        var gate = new ReplicaGate(1);
        await gate.EnterAsync(1, default);
        using var cancel = new CancellationTokenSource();
        var given = gate.EnterAsync(1, cancel.Token).AsTask();
        var next = gate.EnterAsync(2, default).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(2, gate.Load);
        gate.Leave();
        Assert.True(await next);
        gate.Leave();
        Assert.Equal(0, gate.Load);
    }

    [Fact]
    public async Task Those_who_wait_are_turned_away_and_those_inside_stay()
    {
        var gate = new ReplicaGate(1);
        await gate.EnterAsync(1, default);
        var waiting = gate.EnterAsync(1, default).AsTask();
        gate.TurnAway();
        Assert.False(await waiting);
        Assert.Equal(1, gate.Load);
    }

    [Fact]
    public async Task Any_order_of_comings_and_goings_keeps_the_limit_and_forgets_nobody()
    {
        var gate = new ReplicaGate(3);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(async i =>
        {
            using var cancel = new CancellationTokenSource();
            var entering = gate.EnterAsync(i % 7, cancel.Token);
            if (i % 5 == 0) await cancel.CancelAsync();
            try
            {
                if (!await entering) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var now = Interlocked.Increment(ref inside);
            for (var seen = most; now > seen; seen = most) Interlocked.CompareExchange(ref most, now, seen);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            gate.Leave();
        }));
        Assert.Equal((0, 3), (gate.Load, most));
    }
}
