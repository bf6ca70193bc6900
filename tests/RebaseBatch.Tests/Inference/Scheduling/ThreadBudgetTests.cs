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
                budget.Enter(wanted, wanted);
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
        budget.Leave(budget.Enter(5, 5));
        Assert.Equal(2, budget.Enter(2, 2));
    }).WaitAsync(s_patience);

    [Fact]
    public async Task Small_calls_do_not_starve_a_large_one()
    {
        var budget = new ThreadBudget(2);
        budget.Enter(1, 1);
        var large = Task.Factory.StartNew(() => budget.Enter(2, 2), TaskCreationOptions.LongRunning);
        await Support.Eventually.TrueAsync(() => budget.Waiting == 1);
        var small = Task.Factory.StartNew(() => budget.Enter(1, 1), TaskCreationOptions.LongRunning);
        await Support.Eventually.TrueAsync(() => budget.Waiting == 2);

        budget.Leave(1);
        await large.WaitAsync(s_patience);
        Assert.False(small.IsCompleted);
        budget.Leave(2);
        await small.WaitAsync(s_patience);
    }

    [Fact]
    public void A_call_gets_the_threads_of_the_engines_that_have_no_work()
    {
        var budget = new ThreadBudget(8);
        budget.Begin();
        Assert.Equal(8, Lent(wanted: 1, most: 16));
        Assert.Equal(3, Lent(wanted: 1, most: 3));
        budget.Begin();
        Assert.Equal(4, Lent(wanted: 1, most: 16));
        budget.Begin();
        Assert.Equal(2, Lent(wanted: 1, most: 16));
        Assert.Equal(5, Lent(wanted: 5, most: 5));
        budget.End();
        budget.End();
        // What another call holds is not free.
        Assert.Equal(6, budget.Enter(6, 6));
        Assert.Equal(2, Lent(wanted: 1, most: 16));

        int Lent(int wanted, int most)
        {
            var lent = budget.Enter(wanted, most);
            budget.Leave(lent);
            return lent;
        }
    }

    static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }
}
