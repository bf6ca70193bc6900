using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Leases;

public sealed class LeaseStoreClaimTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Eight_claimers_at_once_take_every_batch_exactly_once()
    {
        await EnqueueAsync(600, Spec with { BatchSize = 1 });
        var taken = new ConcurrentBag<BatchLease>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            while (await Leases.ClaimAsync($"worker-{worker}", 3, Ttl, Ct) is { Count: > 0 } leases)
            {
                Assert.InRange(leases.Count, 1, 3);
                foreach (var lease in leases) taken.Add(lease);
            }
        }));

        Assert.Equal(600, taken.Count);
        Assert.Equal(600, taken.Select(l => l.BatchId).Distinct().Count());
        Assert.All(taken, l => Assert.Equal((1, 1L), (l.Attempt, l.Epoch)));
    }

    [Fact]
    public async Task The_first_claim_of_a_job_makes_it_running_and_brings_its_spec()
    {
        var job = await EnqueueAsync(4);
        Assert.Equal(JobState.Queued, (await ProgressAsync(job)).State);

        var lease = await ClaimOneAsync();

        Assert.Equal((job, 1, Spec), (lease.JobId, lease.BatchNo, lease.Spec));
        var progress = await ProgressAsync(job);
        Assert.Equal(JobState.Running, progress.State);
        Assert.NotNull(progress.StartedAt);
        Assert.Equal(["worker"], progress.Workers);
    }

    [Fact]
    public async Task The_batch_that_waits_longest_is_claimed_first()
    {
        var early = await EnqueueAsync(2);
        var late = await EnqueueAsync(2);
        await ExecuteAsync("UPDATE batches SET run_at = now() - interval '1 hour' WHERE job_id = @late", new { late });

        Assert.Equal(late, (await ClaimOneAsync()).JobId);
        Assert.Equal(early, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task Jobs_of_a_newer_version_hide_no_other_and_take_no_connections()
    {
        // More than the connections of the leases: each needs a claim of its own.
        for (var job = 0; job < 4; job++) await EnqueueAsync(2);
        await ExecuteAsync("UPDATE jobs SET spec = jsonb_set(spec, '{strategy}', '\"of tomorrow\"')");
        var ours = await EnqueueAsync(2);
        await using var db = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Database.ConnectionString) { MaxPoolSize = 1, Timeout = 5 }.ConnectionString);

        Assert.Equal(ours, Assert.Single(await new LeaseStore(db).ClaimAsync("worker", 1, Ttl, Ct)).JobId);

        Assert.Equal(4, await ScalarAsync<int>(
            "SELECT count(*)::int FROM batches WHERE state = 'available' AND attempt = 0 AND lease_epoch = 1"));
    }

    [Fact]
    public async Task A_batch_of_a_newer_version_ends_if_its_job_is_cancelled_meanwhile()
    {
        var job = await EnqueueAsync(2);
        await ExecuteAsync("UPDATE jobs SET spec = jsonb_set(spec, '{strategy}', '\"of tomorrow\"')");
        await using var other = await Database.DataSource.OpenConnectionAsync(Ct);
        await using var cancelling = await other.BeginTransactionAsync(Ct);
        await other.ExecuteAsync("UPDATE jobs SET cancel_requested = true");

        // The cancellation finds the batch running and leaves it to its holder.
        Assert.Empty(await ClaimDuringAsync(cancelling));

        Assert.Equal("cancelled", await ScalarAsync<string>("SELECT state FROM batches"));
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(job)).State);
    }

    async Task<IReadOnlyList<BatchLease>> ClaimDuringAsync(NpgsqlTransaction cancelling)
    {
        var claim = Leases.ClaimAsync("worker", 1, Ttl, Ct);
        await Eventually.TrueAsync(async () => await ScalarAsync<bool>("SELECT bool_or(lease_epoch > 0) FROM batches"));
        await cancelling.CommitAsync(Ct);
        return await claim;
    }

    [Fact]
    public async Task A_failed_batch_waits_for_its_backoff()
    {
        await EnqueueAsync(2);
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "no luck", TimeSpan.FromHours(1), Ct));
        Assert.Empty(await Leases.ClaimAsync("worker", 1, Ttl, Ct));

        await ExecuteAsync("UPDATE batches SET run_at = now()");
        var again = await ClaimOneAsync();
        Assert.Equal((2, 2L), (again.Attempt, again.Epoch));
    }

    [Fact]
    public async Task Cancelling_while_eight_workers_claim_leaves_no_batch_that_could_be_claimed_later()
    {
        for (var round = 0; round < 10; round++)
        {
            var job = await EnqueueAsync(60, Spec with { BatchSize = 1 });
            var claims = Enumerable.Range(0, 6).Select(async _ =>
            {
                var held = new List<BatchLease>();
                while (await Leases.ClaimAsync("worker", 2, Ttl, Ct) is { Count: > 0 } more) held.AddRange(more);
                return held;
            }).ToArray();
            Assert.True(await Jobs.CancelAsync(job, Ct));
            var leases = (await Task.WhenAll(claims)).SelectMany(held => held).ToList();

            Assert.Empty(await Leases.ClaimAsync("worker", 1, Ttl, Ct));
            foreach (var lease in leases)
            {
                Assert.Equal(LeaseState.CancelRequested, await Leases.RenewAsync(lease, Ttl, Ct));
                Assert.Equal(ReleaseState.CancelRequested, await Leases.ReleaseAsync(lease, Ct));
                Assert.True(await Results.CancelAsync(lease, [], Ct));
            }
            Assert.Empty(await Leases.ClaimAsync("worker", 1, Ttl, Ct));
            var progress = await ProgressAsync(job);
            Assert.Equal((JobState.Cancelled, 60), (progress.State, progress.Batches.Cancelled));
        }
    }
}
