using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class ThreadBudgetTests
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task No_more_threads_are_lent_than_there_are()
    {
        var budget = new ThreadBudget(3);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(() =>
        {
            for (var turn = 0; turn < 200; turn++)
            {
                var wanted = 1 + (i + turn) % 3;
                budget.Enter(wanted);
                var now = Interlocked.Add(ref inside, wanted);
                InterlockedMax(ref most, now);
                Interlocked.Add(ref inside, -wanted);
                budget.Leave(wanted);
            }
        }, TaskCreationOptions.LongRunning))).WaitAsync(s_patience);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task One_who_wants_more_than_there_are_gets_all() => await Task.Run(() =>
    {
        var budget = new ThreadBudget(2);
        budget.Enter(5);
        budget.Leave(5);
        budget.Enter(2);
        budget.Leave(2);
    }).WaitAsync(s_patience);

    [Fact]
    public async Task Small_calls_do_not_starve_a_large_one()
    {
        var budget = new ThreadBudget(2);
        budget.Enter(1);
        var large = Task.Factory.StartNew(() => budget.Enter(2), TaskCreationOptions.LongRunning);
        await Support.Eventually.TrueAsync(() => budget.Waiting == 1);
        var small = Task.Factory.StartNew(() => budget.Enter(1), TaskCreationOptions.LongRunning);
        await Support.Eventually.TrueAsync(() => budget.Waiting == 2);

        budget.Leave(1);
        await large.WaitAsync(s_patience);
        Assert.False(small.IsCompleted);
        budget.Leave(2);
        await small.WaitAsync(s_patience);
    }

    static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }
}
