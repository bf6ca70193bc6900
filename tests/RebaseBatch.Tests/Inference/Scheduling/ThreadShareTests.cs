using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class ThreadShareTests
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void An_engine_keeps_its_thread_from_call_to_call_and_gives_it_back_when_it_has_no_work()
    {
        var budget = new ThreadBudget(1);
        var share = new ThreadShare(budget, new());
        share.Begin();
        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(1, share.Take());
            share.CallEnded();
            share.TurnEnded();
        }

        share.End();
        Assert.Equal(1, budget.Enter(1, 1));
    }

    [Fact]
    public async Task An_engine_that_others_wait_for_gives_its_thread_back_after_a_while()
    {
        var budget = new ThreadBudget(1);
        ThreadShare first = new(budget, new()), second = new(budget, new());
        first.Begin();
        second.Begin();
        first.Take();
        var waiting = Task.Factory.StartNew(second.Take, TaskCreationOptions.LongRunning);
        await Eventually.TrueAsync(() => budget.Waiting == 1);
        await Eventually.TrueAsync(() =>
        {
            first.CallEnded();
            first.TurnEnded();
            return budget.Waiting == 0;
        });
        Assert.Equal(1, await waiting.WaitAsync(s_patience));
    }

    [Fact]
    public void Threads_beyond_the_engines_own_are_given_back_after_the_call()
    {
        var budget = new ThreadBudget(4);
        var share = new ThreadShare(budget, new() { MostThreadsPerCall = 4 });
        share.Begin();
        Assert.Equal(4, share.Take());
        share.CallEnded();
        // What follows the call, such as the draws, leaves the cores to others.
        Assert.Equal(4, budget.Enter(4, 4));
    }

    [Fact]
    public void An_engine_that_keeps_its_thread_takes_the_cores_that_become_idle()
    {
        var budget = new ThreadBudget(4);
        ThreadShare first = new(budget, new() { MostThreadsPerCall = 4 });
        var others = Enumerable.Range(0, 3).Select(_ => new ThreadShare(budget, new())).ToList();
        first.Begin();
        foreach (var other in others) other.Begin();
        Assert.Equal(1, first.Take());
        Assert.All(others, other => Assert.Equal(1, other.Take()));
        first.CallEnded();
        Assert.Equal(1, first.Take());
        foreach (var other in others.Skip(1)) other.End();
        Assert.Equal(2, first.Take());
        first.CallEnded();
        others[0].End();
        Assert.Equal(4, first.Take());
        first.End();
        Assert.Equal(4, budget.Enter(4, 4));
    }

    [Fact]
    public void Without_a_budget_every_call_has_its_own_threads()
    {
        var share = new ThreadShare(null, new() { ThreadsPerCall = 3, MostThreadsPerCall = 8 });
        share.Begin();
        Assert.Equal(3, share.Take());
        share.CallEnded();
        share.TurnEnded();
        share.End();
    }
}
