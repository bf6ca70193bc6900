using RebaseBatch.Commands.Demo;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Commands.Demo;

public sealed class DemoJobsTests(PostgresServer server)
{
    static readonly RunEnvironment s_models = SampleEnvironment.Of("ab", "cd");

    readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    static DemoPlan Plan(int width = 4) => DemoPlan.Create(AppContext.BaseDirectory, "p", "r", problems: 3, width, seed: 0);

    [Fact]
    public async Task An_interrupted_demo_is_taken_up_and_a_finished_one_is_not()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var jobs = new DemoJobs(new(bench.DataSource), Plan(), s_models);

        var first = await jobs.FindOrEnqueueAsync(_ct);
        var again = await jobs.FindOrEnqueueAsync(_ct);
        Assert.False(first.Resumed);
        Assert.Equal((first.Rebase, first.Greedy, true), again);

        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var next = await jobs.FindOrEnqueueAsync(_ct);
        Assert.False(next.Resumed);
        Assert.True(next.Rebase > first.Rebase && next.Greedy > first.Greedy);
    }

    [Fact]
    public async Task A_demo_killed_between_its_two_jobs_gets_the_second()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var store = new JobStore(bench.DataSource);
        var old = await new DemoJobs(store, Plan(), s_models).FindOrEnqueueAsync(_ct);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var problems = Enumerable.Range(0, 3).Select(n => new RebaseBatch.Contracts.ProblemSpec($"{n}", $"{n}", "?", null)).ToList();
        var greedy = await store.EnqueueAsync(Plan().Greedy, problems, _ct);

        var found = await new DemoJobs(store, Plan(), s_models).FindOrEnqueueAsync(_ct);

        Assert.Equal(greedy, found.Greedy);
        Assert.True(found.Rebase > old.Rebase);
        Assert.Equal(4, (await store.ListAsync(10, _ct)).Count);
    }

    [Fact]
    public async Task Another_demo_is_not_mistaken_for_this_one()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var store = new JobStore(bench.DataSource);
        var first = await new DemoJobs(store, Plan(), s_models).FindOrEnqueueAsync(_ct);

        var other = await new DemoJobs(store, Plan(width: 8), s_models).FindOrEnqueueAsync(_ct);

        Assert.NotEqual(first.Rebase, other.Rebase);
        Assert.False(other.Resumed);
    }
}
