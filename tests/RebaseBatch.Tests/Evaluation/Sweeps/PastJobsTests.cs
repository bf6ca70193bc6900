using RebaseBatch.Durable.Leases;
using RebaseBatch.Evaluation.Sweeps;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Sweeps;

public sealed class PastJobsTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_job_that_waited_for_its_window_took_only_the_time_that_it_was_worked_on()
    {
        await EnqueueAsync(2);
        var first = await ClaimOneAsync();
        await BeganAgoAsync("40 seconds");
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(first, Ct));
        // A day passes.
        await ExecuteAsync(
            "UPDATE attempts SET began_at = began_at - interval '1 day', ended_at = ended_at - interval '1 day'; UPDATE jobs SET "
                + "started_at = started_at - interval '1 day'");
        var second = await ClaimOneAsync();
        await BeganAgoAsync("20 seconds");
        Assert.True(await CompleteAsync(second));

        var job = Assert.Single(await new PastJobStore(Database.DataSource).ReadAsync(Ct));
        Assert.Equal((2, 40_000.2), (job.Problems, job.PolicyFlops));
        // The time that the statements themselves took is added.
        Assert.InRange(job.Seconds!.Value, 60, 70);
    }

    [Fact]
    public async Task Problems_that_failed_do_not_make_the_others_look_cheap()
    {
        await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync(), error: "broken"));
        await EnqueueAsync(4, Spec with { BatchSize = 4 });
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select((p, i) => Result(lease, p, i < 3 ? "broken" : null))], Ct));

        Assert.Equal(1, Assert.Single(await new PastJobStore(Database.DataSource).ReadAsync(Ct)).Problems);
    }

    [Fact]
    public async Task A_dead_workers_attempt_ends_with_its_lease()
    {
        await EnqueueAsync(2);
        await ClaimOneAsync();
        await ExecuteAsync(
            "UPDATE batches SET claimed_at = now() - interval '8 hours', lease_until = now() - interval '7 hours 59 minutes'");
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        Assert.InRange(Assert.Single(await new PastJobStore(Database.DataSource).ReadAsync(Ct)).Seconds!.Value, 60, 70);
    }

    [Fact]
    public async Task Two_jobs_in_one_workers_hands_share_its_time()
    {
        await EnqueueAsync(2);
        await EnqueueAsync(2);
        var leases = await Leases.ClaimAsync("worker", 2, Ttl, Ct);
        await BeganAgoAsync("60 seconds");
        foreach (var lease in leases) Assert.True(await CompleteAsync(lease));
        Assert.All(await new PastJobStore(Database.DataSource).ReadAsync(Ct), job => Assert.InRange(job.Seconds!.Value, 30, 40));
    }

    [Fact]
    public async Task A_job_of_which_no_attempt_is_known_tells_its_operations_only()
    {
        await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await ExecuteAsync("DELETE FROM attempts");
        Assert.Null(Assert.Single(await new PastJobStore(Database.DataSource).ReadAsync(Ct)).Seconds);
    }

    Task BeganAgoAsync(string interval) =>
        ExecuteAsync($"UPDATE batches SET claimed_at = claimed_at - interval '{interval}' WHERE state = 'running'");
}
