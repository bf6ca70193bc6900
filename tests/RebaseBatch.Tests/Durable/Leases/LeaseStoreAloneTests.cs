using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Leases;

/// <summary>Batches that a claim passes over, and batches that are claimed alone.</summary>
public sealed class LeaseStoreAloneTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_claim_passes_over_jobs_that_the_worker_cant_serve()
    {
        var policy = await EnqueueAsync(2, Spec with { Policy = "absent" });
        var reward = await EnqueueAsync(2, Spec with { Reward = "absent" });
        var named = await EnqueueAsync(2);
        var served = await EnqueueAsync(2);
        // A model that is lacking as a policy may serve as a reward model, and the other way round.
        Assert.Equal([reward, served], await ClaimedAsync(new(["absent"], [], [named])));
        Assert.Equal([policy, named], await ClaimedAsync(new(["tiny-prm"], ["absent", "tiny"], [])));

        async Task<List<long>> ClaimedAsync(LeftOut leftOut) =>
            [.. (await Leases.ClaimAsync("worker", 9, Ttl, idle: true, leftOut, Ct)).Select(lease => lease.JobId)];
    }

    [Fact]
    public async Task A_batch_whose_worker_died_is_claimed_alone_and_only_by_an_idle_worker()
    {
        await EnqueueAsync(6);
        var died = await ClaimOneAsync(RunOut);
        Assert.False(died.IsAlone);
        Assert.Equal(1, await Leases.ReapAsync(Ct));

        var busy = await Leases.ClaimAsync("busy", 9, Ttl, idle: false, LeftOut.Nothing, Ct);
        Assert.Equal(2, busy.Count);
        Assert.All(busy, lease => Assert.False(lease.IsAlone));
        foreach (var lease in busy) Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(lease, Ct));

        // It keeps its place at the front of the queue, and takes no other along.
        var alone = Assert.Single(await Leases.ClaimAsync("idle", 9, Ttl, idle: true, LeftOut.Nothing, Ct));
        Assert.Equal((died.BatchId, true), (alone.BatchId, alone.IsAlone));
        // A drained worker does not clear its name.
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(alone, Ct));
        Assert.True(Assert.Single(await Leases.ClaimAsync("idle", 9, Ttl, idle: true, LeftOut.Nothing, Ct)).IsAlone);
    }

    [Fact]
    public async Task One_of_the_busy_workers_reserves_a_batch_that_runs_alone()
    {
        await EnqueueAsync(4);
        Assert.False(await Leases.ReserveAsync("first", Ttl, LeftOut.Nothing, Ct));
        await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        // An idle worker may come by soon.
        Assert.False(await Leases.ReserveAsync("first", Ttl, LeftOut.Nothing, Ct));
        await ExecuteAsync("UPDATE batches SET run_at = now() - interval '11 seconds' WHERE alone");

        Assert.True(await Leases.ReserveAsync("first", Ttl, LeftOut.Nothing, Ct));
        Assert.False(await Leases.ReserveAsync("second", Ttl, LeftOut.Nothing, Ct));
        Assert.True(await Leases.ReserveAsync("first", Ttl, LeftOut.Nothing, Ct));
        Assert.False(await Leases.ReserveAsync("first", Ttl, new([Spec.Policy], [], []), Ct));
        // A worker that died with its reservation keeps nobody from it.
        await ExecuteAsync("UPDATE batches SET reserved_until = now() - interval '1 second'");
        Assert.True(await Leases.ReserveAsync("second", Ttl, LeftOut.Nothing, Ct));
        Assert.True(Assert.Single(await Leases.ClaimAsync("third", 9, Ttl, idle: true, LeftOut.Nothing, Ct)).IsAlone);
        Assert.False(await Leases.ReserveAsync("second", Ttl, LeftOut.Nothing, Ct));
    }

    [Fact]
    public async Task A_busy_worker_reserves_no_batch_before_its_turn()
    {
        await EnqueueAsync(4);
        var died = await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        // It would become free for the other one, which comes first, and then keep its places empty again.
        await ExecuteAsync("UPDATE batches SET turn = CASE WHEN alone THEN 2 ELSE 0 END, run_at = now() - interval '11 seconds'");
        Assert.False(await Leases.ReserveAsync("busy", Ttl, LeftOut.Nothing, Ct));

        Assert.NotEqual(died.BatchId, Assert.Single(await Leases.ClaimAsync("busy", 9, Ttl, idle: false, LeftOut.Nothing, Ct)).BatchId);
        Assert.True(await Leases.ReserveAsync("busy", Ttl, LeftOut.Nothing, Ct));
    }

    [Fact]
    public async Task A_batch_given_back_to_run_alone_keeps_its_attempts()
    {
        await EnqueueAsync(2);
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(await ClaimOneAsync(), ReleaseReason.Suspect, Ct));
        var alone = await ClaimOneAsync();
        Assert.Equal((1, 2L, true), (alone.Attempt, alone.Epoch, alone.IsAlone));
    }

    [Fact]
    public async Task A_retry_by_hand_clears_the_batchs_name()
    {
        var job = await EnqueueAsync(2, Spec with { MaxAttempts = 1 });
        await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        Assert.False((await ClaimOneAsync()).IsAlone);
    }
}
