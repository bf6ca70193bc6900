using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Budgets;

/// <summary>Node n costs n tokens, 0.25 n seconds of the policy and 0.5 n of the reward model.</summary>
public sealed class JobSpendingTests(PostgresServer server) : StoreTest(server)
{
    const long Parameters = 1000;

    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    static readonly JobSpec s_limited = Spec with { MaxTokensPerJob = 10 };

    readonly ManualTime _time = new();

    /// <summary>What one worker has.</summary>
    JobSpendings Worker(NpgsqlDataSource? db = null) => new(
        new(db ?? Database.DataSource), s_interval, _time, NullLogger<JobSpendings>.Instance);

    async Task<(BatchLease Lease, long[] Problems, BatchSpending Spending)> BeginAsync(JobSpendings worker)
    {
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        var spending = worker.Enter(lease)!;
        foreach (var problem in pending) spending.Hold(problem.ProblemId, problem.StoredNodes);
        return (lease, [.. pending.Select(p => p.ProblemId)], spending);
    }

    static async Task<JobLimit?> AskAsync(BatchSpending spending) => await spending.ReachedAsync(Parameters, Ct);

    [Fact]
    public async Task The_sums_of_a_job_are_those_of_its_stored_steps_without_the_problems_left_out()
    {
        var job = await EnqueueAsync(3);
        await EnqueueAsync(1);
        // The two jobs take turns.
        var (first, other, second) = (await ClaimOneAsync(), await ClaimOneAsync(), await ClaimOneAsync());
        var ids = (await Problems.LoadPendingAsync(first, Ct)).Select(p => p.ProblemId).ToArray();
        Assert.True(await StoreAsync(first, ids[0], Node(1), Node(2)));
        Assert.True(await StoreAsync(first, ids[0], Node(2), Node(3))); // 2 was there already
        Assert.True(await StoreAsync(first, ids[1], Node(1)));
        Assert.True(await StoreAsync(second, (await Problems.LoadPendingAsync(second, Ct))[0].ProblemId, Node(5)));
        Assert.True(await StoreAsync(other, (await Problems.LoadPendingAsync(other, Ct))[0].ProblemId, Node(9)));

        Assert.Equal(new(6 + 1 + 5, 0.75 * 12), await Checkpoints.WorkStoredAsync(job, [], Ct));
        Assert.Equal(new(1 + 5, 0.75 * 6), await Checkpoints.WorkStoredAsync(job, [ids[0]], Ct));
        Assert.Equal(default, await Checkpoints.WorkStoredAsync(99, [], Ct));
    }

    [Fact]
    public async Task A_step_counts_at_once_and_only_once_when_it_is_stored()
    {
        await EnqueueAsync(2, s_limited);
        var (lease, ids, spending) = await BeginAsync(Worker());
        spending.Add(ids[0], Node(4));
        spending.Add(ids[1], Node(5));
        Assert.Null(await AskAsync(spending));

        Assert.True(await StoreAsync(lease, ids[0], Node(4)));
        _time.Pass(s_interval);
        Assert.Null(await AskAsync(spending));

        spending.Add(ids[1], Node(1));
        Assert.Equal(JobLimit.SampledTokens, await AskAsync(spending));
    }

    [Fact]
    public async Task Batches_of_one_job_in_one_worker_spend_from_one_budget_and_an_ended_one_stays_spent()
    {
        await EnqueueAsync(6, s_limited);
        var worker = Worker();
        var (_, firstIds, first) = await BeginAsync(worker);
        var (secondLease, secondIds, second) = await BeginAsync(worker);
        first.Add(firstIds[0], Node(4));
        second.Add(secondIds[0], Node(5));
        Assert.Null(await AskAsync(first));
        Assert.Null(await AskAsync(second));

        Assert.True(await StoreAsync(secondLease, secondIds[0], Node(5)));
        second.Dispose();
        Assert.Null(await AskAsync(first)); // before a look and after it
        _time.Pass(s_interval);
        Assert.Null(await AskAsync(first));

        var (_, thirdIds, third) = await BeginAsync(worker);
        third.Add(thirdIds[1], Node(1));
        Assert.Equal(JobLimit.SampledTokens, await AskAsync(first));
    }

    [Fact]
    public async Task What_another_worker_stored_is_seen_once_the_interval_is_over()
    {
        await EnqueueAsync(4, s_limited);
        var (_, hereIds, here) = await BeginAsync(Worker());
        var (thereLease, thereIds, there) = await BeginAsync(Worker());
        here.Add(hereIds[0], Node(3));
        there.Add(thereIds[0], Node(7));
        Assert.Null(await AskAsync(here));
        Assert.Null(await AskAsync(there));
        Assert.True(await StoreAsync(thereLease, thereIds[0], Node(7)));

        Assert.Null(await AskAsync(here));
        _time.Pass(s_interval);
        Assert.Equal(JobLimit.SampledTokens, await AskAsync(here));
        Assert.Null(await AskAsync(there)); // nothing of the 3 is stored
    }

    [Fact]
    public async Task A_resumed_batch_has_spent_what_its_earlier_holder_stored()
    {
        await EnqueueAsync(2, s_limited);
        var lease = await ClaimOneAsync();
        var id = (await Problems.LoadPendingAsync(lease, Ct))[0].ProblemId;
        Assert.True(await StoreAsync(lease, id, Node(4), Node(6)));
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(lease, Ct));

        var (_, _, spending) = await BeginAsync(Worker());
        Assert.Equal(JobLimit.SampledTokens, await AskAsync(spending));
    }

    [Fact]
    public async Task Flops_and_the_seconds_of_both_models_are_limits_too()
    {
        await EnqueueAsync(2, Spec with { MaxFlopsPerJob = 2.0 * Parameters * 8 });
        await EnqueueAsync(2, Spec with { MaxDeviceSecondsPerJob = 0.75 * 8 });
        var worker = Worker();
        foreach (var limit in new[] { JobLimit.Flops, JobLimit.DeviceSeconds })
        {
            var (_, ids, spending) = await BeginAsync(worker);
            spending.Add(ids[0], Node(7));
            Assert.Null(await AskAsync(spending));
            spending.Add(ids[0], Node(1));
            Assert.Equal(limit, await AskAsync(spending));
        }
    }

    [Fact]
    public async Task The_database_is_asked_once_an_interval_and_not_at_all_without_a_budget()
    {
        await EnqueueAsync(2);
        Assert.Null(Worker().Enter(await ClaimOneAsync()));

        await EnqueueAsync(2, s_limited);
        var (_, _, spending) = await BeginAsync(Worker());
        Assert.Null(await AskAsync(spending));
        // No answer within the interval can include what is stored from here on.
        await ExecuteAsync("""
            INSERT INTO searches (problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens)
            SELECT (SELECT min(problem_id) FROM problems), job_id, 1, 1, 1, 1000000 FROM jobs WHERE spec ->> 'max_tokens_per_job' = '10'
            """);
        for (var i = 0; i < 3; i++) Assert.Null(await AskAsync(spending));
        _time.Pass(s_interval);
        Assert.NotNull(await AskAsync(spending));
    }

    [Fact]
    public async Task While_the_database_is_away_the_last_figure_and_the_own_steps_count()
    {
        await EnqueueAsync(2, s_limited);
        using var proxy = new TcpProxy(Database.ConnectionString);
        await using var db = NpgsqlDataSource.Create(proxy.ConnectionString);
        var (_, ids, spending) = await BeginAsync(Worker(db));
        Assert.Null(await AskAsync(spending));

        proxy.Refuses = true;
        proxy.CloseAll();
        _time.Pass(s_interval);
        Assert.Null(await AskAsync(spending));
        spending.Add(ids[0], Node(10));
        Assert.NotNull(await AskAsync(spending));
    }
}
