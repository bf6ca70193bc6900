using RebaseBatch.Durable.Environments;
using Xunit;

namespace RebaseBatch.Tests.Durable.Environments;

public sealed class EnvironmentStoreTests(PostgresServer server) : StoreTest(server)
{
    EnvironmentStore Store => new(Database.DataSource);

    [Fact]
    public async Task The_first_worker_pins_a_job_and_other_weights_leave_no_trace()
    {
        var job = await EnqueueAsync(4);
        var (first, second) = (await ClaimOneAsync(), await ClaimOneAsync());
        Assert.Equal(new("a", "r"), await Store.BeginAsync(first, SampleEnvironment.Of("a", "r"), Ct));

        var other = SampleEnvironment.Of("b", "r");
        var pinned = await Store.BeginAsync(second, other, Ct);
        Assert.Equal(new("a", "r"), pinned);
        Assert.False(pinned!.Allow(other));
        Assert.False(pinned.Allow(SampleEnvironment.Of("a", "other head")));
        Assert.Equal(new("a", "r"), await Store.PinnedAsync(job, Ct));
        Assert.Equal("a", Assert.Single(await Store.OfAttemptsAsync(job, Ct)).Policy.Sha256);
    }

    [Fact]
    public async Task Of_two_first_workers_with_different_weights_only_one_may_work()
    {
        var job = await EnqueueAsync(4);
        var leases = new[] { await ClaimOneAsync(), await ClaimOneAsync() };
        var mine = new[] { SampleEnvironment.Of("a"), SampleEnvironment.Of("b") };
        var pinned = await Task.WhenAll(leases.Zip(mine, (lease, environment) => Store.BeginAsync(lease, environment, Ct)));

        Assert.Equal(pinned[0], pinned[1]);
        Assert.Single(mine, environment => pinned[0]!.Allow(environment));
        Assert.Equal(pinned[0]!.Policy, Assert.Single(await Store.OfAttemptsAsync(job, Ct)).Policy.Sha256);
    }

    [Fact]
    public async Task An_embedding_model_is_pinned_as_the_others_are()
    {
        var job = await EnqueueAsync(4);
        var (first, second) = (await ClaimOneAsync(), await ClaimOneAsync());
        var mine = SampleEnvironment.Of("a", "r", "e");
        Assert.Equal(new("a", "r", "e"), await Store.BeginAsync(first, mine, Ct));
        var pinned = (await Store.BeginAsync(second, SampleEnvironment.Of("a", "r", "other"), Ct))!;
        Assert.Equal(new("a", "r", "e"), pinned);
        Assert.False(pinned.Allow(SampleEnvironment.Of("a", "r", "other")));
        Assert.True(pinned.Allow(mine));
        Assert.Equal(new("a", "r", "e"), await Store.PinnedAsync(job, Ct));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_pins_nothing()
    {
        var job = await EnqueueAsync(2);
        var stale = await ClaimOneAsync(RunOut);
        await Leases.ReapAsync(Ct);
        var before = await ContentAsync();
        Assert.Null(await Store.BeginAsync(stale, SampleEnvironment.Of("a"), Ct));
        Assert.Equal(before, await ContentAsync());
        Assert.Equal(new(null, null), await Store.PinnedAsync(job, Ct));
    }

    [Fact]
    public async Task Enqueuing_pins_what_is_known_and_retrying_keeps_it()
    {
        var job = await Jobs.EnqueueAsync(Spec, [Problem(0)], Ct, new(PolicySha256: "a"));
        Assert.Equal(new("a", null), await Store.PinnedAsync(job, Ct));
        var lease = await ClaimOneAsync();
        Assert.False((await Store.BeginAsync(lease, SampleEnvironment.Of("b", "r"), Ct))!.Allow(SampleEnvironment.Of("b", "r")));
        // The reward model is still open: a worker with another policy does not decide it.
        Assert.Equal(new("a", null), await Store.PinnedAsync(job, Ct));
        Assert.Equal(new("a", "r"), await Store.BeginAsync(lease, SampleEnvironment.Of("a", "r"), Ct));

        Assert.True(await CompleteAsync(lease, error: "out of luck"));
        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        Assert.Equal(new("a", "r"), await Store.PinnedAsync(job, Ct));
    }

    /// <summary>The barrier behind the worker's own comparison.</summary>
    [Fact]
    public async Task No_checkpoint_of_a_pinned_job_is_stored_for_an_attempt_on_other_weights()
    {
        await Jobs.EnqueueAsync(Spec, [Problem(0)], Ct, new(PolicySha256: "a", RewardSha256: "r"));
        var lease = await ClaimOneAsync();
        var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct)).ProblemId;
        // It never said what it runs on.
        Assert.False(await StoreAsync(lease, problem, Node(1)));

        Assert.NotNull(await Store.BeginAsync(lease, SampleEnvironment.Of("a", "r"), Ct));
        Assert.True(await StoreAsync(lease, problem, Node(1)));
        foreach (var other in (string[])["policy_sha256", "reward_sha256"])
        {
            await ExecuteAsync($"UPDATE environments SET {other} = 'b'");
            Assert.False(await StoreAsync(lease, problem, Node(2)));
            await ExecuteAsync("UPDATE environments SET policy_sha256 = 'a', reward_sha256 = 'r'");
        }

        Assert.True(await StoreAsync(lease, problem, Node(2)));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM nodes"));
    }

    [Fact]
    public async Task A_result_names_all_that_its_steps_were_sampled_on_and_equal_attempts_share_a_row()
    {
        var job = await EnqueueAsync(2, Spec with { MaxAttempts = 5 });
        var (one, other) = (SampleEnvironment.Of("a", "r"), SampleEnvironment.Of("a", "r") with { Devices = ["CUDA0: a card"] });
        foreach (var (environment, step) in new[] { (one, 1), (other, 2), (one, 3) })
        {
            var attempt = await ClaimOneAsync();
            Assert.NotNull(await Store.BeginAsync(attempt, environment, Ct));
            var pending = await Problems.LoadPendingAsync(attempt, Ct);
            Assert.True(await StoreAsync(attempt, pending[0].ProblemId, Node(step)));
            // The second problem has a step of the first attempt only.
            if (step == 1) Assert.True(await StoreAsync(attempt, pending[1].ProblemId, Node(step)));
            if (step < 3) Assert.True(await Leases.FailAsync(attempt, "unlucky", TimeSpan.Zero, Ct));
            else Assert.True(await CompleteAsync(attempt));
        }

        var usage = await Queries.UsageAsync(job, ct: Ct).ToListAsync(Ct);
        Assert.Equal([one.Devices[0], other.Devices[0]], usage[0].Environments!.Select(environment => environment.Devices[0]));
        Assert.Equal([one.Devices[0]], usage[1].Environments!.Select(environment => environment.Devices[0]));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM environments"));
        Assert.Equal(3, await ScalarAsync<long>("SELECT count(*) FROM attempts JOIN attempt_environments USING (batch_id, lease_epoch)"));
        Assert.Equal("CPU: a processor CUDA0: a card, CPU: a processor", await ScalarAsync<string>("""
            SELECT string_agg(
                (SELECT string_agg(e -> 'devices' ->> 0, ' ') FROM jsonb_array_elements(environments) e), ', ' ORDER BY ordinal)
            FROM v_usage
            """));
        Assert.Equal(2, (await Store.OfAttemptsAsync(job, Ct)).Count);
    }

    [Fact]
    public async Task The_usage_of_a_discarded_batch_names_the_pinned_weights_and_what_its_steps_were_sampled_on()
    {
        var job = await EnqueueAsync(1, Spec with { MaxAttempts = 1 });
        var lease = await ClaimOneAsync();
        Assert.NotNull(await Store.BeginAsync(lease, SampleEnvironment.Of("a", "r"), Ct));
        Assert.True(await Leases.FailAsync(lease, "broken", TimeSpan.Zero, Ct));

        var usage = Assert.Single(await Queries.UsageAsync(job, ct: Ct).ToListAsync(Ct));
        Assert.Equal(("a", "r"), (usage.Policy.Sha256, usage.Reward!.Sha256));
        Assert.Equal("1.0", Assert.Single(usage.Environments!).Program);
    }

    [Fact]
    public async Task A_batch_whose_job_is_deleted_takes_its_attempts_along()
    {
        var job = await EnqueueAsync(1);
        Assert.NotNull(await Store.BeginAsync(await ClaimOneAsync(), SampleEnvironment.Of("a"), Ct));
        await ExecuteAsync("DELETE FROM jobs WHERE job_id = @job", new { job });
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM attempt_environments"));
    }
}
