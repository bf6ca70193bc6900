using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Leases;

public sealed class LeaseStoreTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_renewal_moves_the_end_of_the_lease_by_the_databases_clock()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync(RunOut);
        Assert.Equal(LeaseState.Held, await Leases.RenewAsync(lease, TimeSpan.FromMinutes(10), Ct));
        Assert.True(
            await ScalarAsync<bool>(
                "SELECT lease_until BETWEEN now() + interval '9 minutes' AND now() + interval '10 minutes' FROM batches"));
        Assert.Equal(0, await Leases.ReapAsync(Ct));
    }

    [Fact]
    public async Task A_lost_lease_changes_nothing_while_its_batch_waits()
    {
        await EnqueueAsync(2);
        var stale = await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        await AssertChangesNothingAsync(stale);
    }

    [Fact]
    public async Task A_lost_lease_changes_nothing_while_another_holds_its_batch()
    {
        await EnqueueAsync(2);
        var stale = await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        await ClaimOneAsync();
        await AssertChangesNothingAsync(stale);
    }

    [Fact]
    public async Task A_holder_whose_claim_the_server_forgot_changes_nothing_though_the_next_holder_got_the_same_epoch()
    {
        await EnqueueAsync(2);
        var forgotten = await ClaimOneAsync();
        // The server is back in the state before the claim.
        await ExecuteAsync("""
            UPDATE batches
            SET state = 'available', attempt = 0, lease_epoch = 0, lease_id = NULL, lease_owner = NULL, lease_until = NULL,
                started_at = NULL;
            DELETE FROM attempts
            """);
        var heir = await ClaimOneAsync();
        Assert.Equal((forgotten.BatchId, forgotten.Epoch), (heir.BatchId, heir.Epoch));
        await AssertChangesNothingAsync(forgotten);
        Assert.Equal(LeaseState.Held, await Leases.RenewAsync(heir, Ttl, Ct));
        Assert.True(await CompleteAsync(heir));
    }

    [Fact]
    public async Task A_batch_that_an_earlier_version_held_without_a_random_id_is_put_back()
    {
        await EnqueueAsync(2);
        await ClaimOneAsync(RunOut);
        await ExecuteAsync("UPDATE batches SET lease_id = NULL");
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
    }

    [Fact]
    public async Task A_lease_changes_nothing_once_its_batch_is_completed()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        Assert.True(await CompleteAsync(lease));
        await AssertChangesNothingAsync(lease);
    }

    [Fact]
    public async Task Release_makes_the_batch_available_at_once_and_refunds_the_attempt()
    {
        await EnqueueAsync(2);
        for (var epoch = 1L; epoch <= 5; epoch++)
        {
            var lease = await ClaimOneAsync();
            Assert.Equal((1, epoch), (lease.Attempt, lease.Epoch));
            Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(lease, Ct));
        }
    }

    [Fact]
    public async Task A_batch_that_kills_its_worker_each_time_is_discarded_with_an_error_for_each_problem_and_the_job_completes()
    {
        var job = await EnqueueAsync(4);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));

        await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));
        Assert.Equal(1, (await ProgressAsync(job)).Batches.Retryable);
        await ClaimOneAsync(RunOut);
        Assert.Equal(1, await Leases.ReapAsync(Ct));

        var progress = await ProgressAsync(job);
        Assert.Equal((JobState.Completed, 1, 1), (progress.State, progress.Batches.Completed, progress.Batches.Discarded));
        Assert.Equal((4, 2), (progress.Answered, progress.Failed));
        Assert.Contains("ran out on attempt 2", progress.OldestError, StringComparison.Ordinal);
        // Two batches and the job.
        Assert.Equal(3, progress.PendingFiles);
        var failed = await Queries.AnswersAsync(job, 2, Ct).ToListAsync(Ct);
        Assert.All(failed, a => Assert.Contains("ran out", a.Error, StringComparison.Ordinal));
        Assert.Equal([null, null], failed.Select(a => a.Correct));
    }

    [Fact]
    public async Task A_discarded_batch_keeps_what_its_stored_steps_cost_on_the_books()
    {
        var job = await EnqueueAsync(4, Spec with { MaxAttempts = 1 });
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        var lease = await ClaimOneAsync();
        var problem = (await Problems.LoadPendingAsync(lease, Ct))[0];
        Assert.True(await StoreAsync(lease, problem.ProblemId, Node(1), Node(2)));
        Assert.True(await Leases.FailAsync(lease, "late", TimeSpan.Zero, Ct));
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "too late", TimeSpan.Zero, Ct));

        var usage = (await Queries.UsageAsync(job, 2, Ct).ToListAsync(Ct))[0];
        Assert.Equal((3L, 6L, 9L, 2, 1.5),
            (usage.Policy.SampledTokens, usage.Policy.EvaluatedTokens, usage.Reward!.EvaluatedTokens, usage.Nodes, usage.WallSeconds));
        Assert.Equal(("tiny", "ab", 2.0 * 1000 * 3, (2.0 * 1000 * 6) + (2.0 * 500 * 9)),
            (usage.Policy.Model, usage.Policy.Sha256, usage.PolicyFlops, usage.TotalFlops));
    }

    [Fact]
    public async Task An_attempt_that_stored_a_step_does_not_count_as_a_failure()
    {
        await EnqueueAsync(1, Spec with { MaxAttempts = 2 });
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var lease = await ClaimOneAsync();
            var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
            Assert.True(await StoreAsync(lease, problem.ProblemId, Node(attempt)));
            Assert.True(await Leases.FailAsync(lease, "killed", TimeSpan.Zero, Ct));
            Assert.Equal("retryable", await BatchStateAsync(lease));
        }
        for (var fruitless = 1; fruitless <= 2; fruitless++)
        {
            var lease = await ClaimOneAsync();
            Assert.True(await Leases.FailAsync(lease, "stuck", TimeSpan.Zero, Ct));
            Assert.Equal(fruitless == 1 ? "retryable" : "discarded", await BatchStateAsync(lease));
        }
    }

    [Fact]
    public async Task A_batch_that_gets_one_step_further_at_each_crash_ends_too()
    {
        var job = await EnqueueAsync(1, Spec with { MaxAttempts = 2 });
        var attempts = 0;
        while (await Leases.ClaimAsync("worker", 1, Ttl, Ct) is [var lease])
        {
            attempts++;
            var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
            Assert.True(await StoreAsync(lease, problem.ProblemId, Node(attempts)));
            Assert.True(await Leases.FailAsync(lease, "killed", TimeSpan.Zero, Ct));
        }
        Assert.Equal(8, attempts);
        Assert.Equal(JobState.Completed, (await ProgressAsync(job)).State);
    }

    [Fact]
    public async Task Many_reapers_at_once_take_each_dead_batch_once_and_leave_the_living()
    {
        await EnqueueAsync(40, Spec with { BatchSize = 1 });
        Assert.Equal(30, (await Leases.ClaimAsync("dead", 30, RunOut, Ct)).Count);
        var living = await Leases.ClaimAsync("living", 10, Ttl, Ct);

        var reaped = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Leases.ReapAsync(Ct)));

        Assert.Equal(30, reaped.Sum());
        foreach (var lease in living) Assert.Equal(LeaseState.Held, await Leases.RenewAsync(lease, Ttl, Ct));
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("reap")]
    public async Task A_batch_given_up_under_a_cancelled_job_is_cancelled_and_ends_the_job(string how)
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync(how == "reap" ? RunOut : Ttl);
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(JobState.Running, (await ProgressAsync(job)).State);

        if (how == "fail") Assert.True(await Leases.FailAsync(lease, "broken", TimeSpan.Zero, Ct));
        else Assert.Equal(1, await Leases.ReapAsync(Ct));

        var progress = await ProgressAsync(job);
        Assert.Equal((JobState.Cancelled, 1, 1), (progress.State, progress.Batches.Cancelled, progress.PendingFiles));
    }

    [Fact]
    public async Task A_batch_released_under_a_cancelled_job_is_left_to_its_holder_to_end()
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(ReleaseState.CancelRequested, await Leases.ReleaseAsync(lease, Ct));
        // The worker still holds the batch, with everything that it has solved.
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await Results.CancelAsync(lease, [Result(lease, pending[0])], Ct));
        Assert.Equal((JobState.Cancelled, 1),
            ((await ProgressAsync(job)).State, await ScalarAsync<int>("SELECT count(*)::int FROM answers")));
    }

    [Fact]
    public async Task A_batch_that_can_not_be_ended_does_not_hold_up_those_behind_it()
    {
        await EnqueueAsync(3, Spec with { BatchSize = 1 });
        var leases = await Leases.ClaimAsync("dead", 3, RunOut, Ct);
        await ExecuteAsync($"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON batches FOR EACH ROW WHEN (OLD.batch_id = {leases[0].BatchId}) EXECUTE FUNCTION refuse();
            """);
        var refused = new List<long>();
        Assert.Equal(2, await Leases.ReapAsync(Ct, (batch, _) => refused.Add(batch)));
        Assert.Equal([leases[0].BatchId], refused);
    }

    [Fact]
    public async Task A_job_that_can_be_neither_read_nor_put_back_does_not_cost_the_other_claims()
    {
        var (unread, good) = (await EnqueueAsync(1), await EnqueueAsync(1));
        await ExecuteAsync("""
            UPDATE jobs SET spec = jsonb_set(spec, '{strategy}', '"of a later version"') WHERE job_id = @unread;
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON batches FOR EACH ROW WHEN (NEW.state = 'retryable') EXECUTE FUNCTION refuse();
            """, new { unread });
        Assert.Equal([good], (await Leases.ClaimAsync("worker", 2, Ttl, Ct)).Select(lease => lease.JobId));
    }

    async Task AssertChangesNothingAsync(BatchLease stale)
    {
        var problem = await ScalarAsync<long>("SELECT min(problem_id) FROM problems");
        var verbs = new Dictionary<string, Func<Task<bool>>>
        {
            ["renew"] = async () => await Leases.RenewAsync(stale, Ttl, Ct) is not LeaseState.Lost,
            ["release"] = async () => await Leases.ReleaseAsync(stale, Ct) is not ReleaseState.Lost,
            ["fail"] = () => Leases.FailAsync(stale, "stale", TimeSpan.Zero, Ct),
            ["checkpoint"] = () => StoreAsync(stale, problem, Node(1)),
            ["complete"] = () => CompleteAsync(stale),
            ["cancel"] = () => Results.CancelAsync(stale, [], Ct),
        };
        var before = await ContentAsync();
        foreach (var (verb, write) in verbs)
        {
            Assert.False(await write(), $"{verb} took the lost lease for a living one");
            Assert.True(before == await ContentAsync(), $"{verb} wrote something under the lost lease");
        }
    }

    /// <summary>In a sweep of an hour, a batch that lost its worker came after all that had not been begun.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_that_was_begun_keeps_its_place_before_those_that_were_not(bool drained)
    {
        await EnqueueAsync(6);
        var begun = await ClaimOneAsync(drained ? Ttl : RunOut);
        if (drained) Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(begun, Ct));
        else Assert.Equal(1, await Leases.ReapAsync(Ct));
        Assert.Equal(begun.BatchId, (await ClaimOneAsync()).BatchId);
    }
}
