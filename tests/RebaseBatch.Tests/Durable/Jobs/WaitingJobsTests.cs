using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

public sealed class WaitingJobsTests(PostgresServer server) : StoreTest(server)
{
    WaitingJobs Waiting => new(Database.DataSource);

    [Fact]
    public async Task A_job_is_claimed_only_after_the_jobs_before_it_have_completed()
    {
        var (first, second) = (await EnqueueAsync(1), await EnqueueAsync(1));
        var last = await AfterAsync(first, second);
        Assert.Equal([first, second], (await ProgressAsync(last)).WaitsFor);
        Assert.Equal("waits for jobs 1, 2", JobRemarks.Of(await ProgressAsync(last)));
        Assert.Equal([[first, second], [], []], (await Jobs.ListAsync(9, Ct)).Select(row => row.WaitsFor));

        var leases = await Leases.ClaimAsync("worker", 9, Ttl, Ct);
        Assert.Equal([first, second], leases.Select(lease => lease.JobId));
        await CompleteAsync(leases[0]);
        Assert.Empty(await Waiting.SettleAsync(Ct));
        Assert.Equal([second], (await ProgressAsync(last)).WaitsFor);
        await CompleteAsync(leases[1]);
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));

        Assert.Equal([new SettledJob(last, null)], await Waiting.SettleAsync(Ct));
        Assert.Empty(await Waiting.SettleAsync(Ct));
        Assert.Equal(last, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task Waiting_batches_are_no_due_work()
    {
        var first = await EnqueueAsync(1);
        await AfterAsync(first);
        Assert.Equal("1 1", await ScalarAsync<string>("SELECT due || ' ' || later FROM v_queue"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_for_a_job_that_goes_wrong_is_cancelled_with_the_reason_and_so_is_what_waits_for_that(bool cancelled)
    {
        var first = await EnqueueAsync(2);
        var second = await AfterAsync(first);
        var third = await AfterAsync(second);
        var any = await EnqueueAsync(new() { After = new([first], AnyEnd: true) });
        if (cancelled) await Jobs.CancelAsync(first, Ct);
        else await CompleteAsync(await ClaimOneAsync(), error: "it broke");

        var why = cancelled ? "job 1 was cancelled" : "job 1 ended with 2 failed problems";
        // A cancellation settles what follows from it.
        SettledJob[] settled = cancelled ? [] : [new(second, $"it waited for job 1, and {why}"), new(any, null),
            new(third, "it waited for job 2, and job 2 was cancelled")];
        Assert.Equal(settled, await Waiting.SettleAsync(Ct));
        Assert.Equal("it waited for job 2, and job 2 was cancelled", (await ProgressAsync(third)).OldestError);
        Assert.Equal((JobState.Cancelled, $"it waited for job 1, and {why}"),
            ((await ProgressAsync(second)).State, (await ProgressAsync(second)).OldestError));
        Assert.Equal(any, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task A_retry_waits_again_for_what_was_retried_before_it()
    {
        var first = await EnqueueAsync(1);
        var second = await AfterAsync(first);
        await Jobs.CancelAsync(first, Ct);
        await Waiting.SettleAsync(Ct);
        await Jobs.RetryAsync(first, Ct);
        Assert.Equal(1, await Jobs.RetryAsync(second, Ct));
        Assert.Equal([first], (await ProgressAsync(second)).WaitsFor);
        await CompleteAsync(await ClaimOneAsync());
        await Waiting.SettleAsync(Ct);
        Assert.Equal(second, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task A_retry_alone_runs_whatever_became_of_the_others()
    {
        var first = await EnqueueAsync(1);
        var second = await AfterAsync(first);
        await Jobs.CancelAsync(first, Ct);
        await Waiting.SettleAsync(Ct);
        await Jobs.RetryAsync(second, Ct);
        Assert.Equal(second, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task A_waiting_job_can_be_cancelled_and_is_not_released_later()
    {
        var first = await EnqueueAsync(1);
        var second = await AfterAsync(first);
        await Jobs.CancelAsync(second, Ct);
        await CompleteAsync(await ClaimOneAsync());
        Assert.Empty(await Waiting.SettleAsync(Ct));
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(second)).State);
        Assert.False(await ScalarAsync<bool>("SELECT bool_or(waiting) FROM jobs"));
    }

    [Fact]
    public async Task Many_that_settle_at_once_release_each_job_once()
    {
        var first = await EnqueueAsync(1);
        foreach (var _ in Enumerable.Range(0, 5)) await AfterAsync(first);
        await CompleteAsync(await ClaimOneAsync());
        var settled = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Waiting.SettleAsync(Ct)));
        Assert.Equal([2, 3, 4, 5, 6], settled.SelectMany(some => some).Select(one => one.JobId).Order());
    }

    [Fact]
    public async Task A_job_that_others_wait_for_is_judged_before_it_is_deleted()
    {
        var (first, second) = (await EnqueueAsync(1), await EnqueueAsync(1));
        var (cancelled, waiting) = (await AfterAsync(first), await EnqueueAsync(new() { After = new([first, second], AnyEnd: true) }));
        await Jobs.CancelAsync(first, Ct);
        using var folder = new TemporaryFolder();
        await new JobDeletion(Database.DataSource, new FolderResultBlobs(folder.Path)).RunAsync(first, files: false, Ct);
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(cancelled)).State);
        Assert.Equal([second], (await ProgressAsync(waiting)).WaitsFor);
    }

    [Fact]
    public async Task A_job_is_not_run_when_what_it_waits_for_goes_wrong_while_it_is_enqueued()
    {
        var first = await EnqueueAsync(1);
        var second = await EnqueueAsync(1);
        await Jobs.CancelAsync(first, Ct);
        await using (var connection = await Database.DataSource.OpenConnectionAsync(Ct))
            await new JobWaits(connection).AddAsync(second, new([first], AnyEnd: false), Ct);

        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));
        Assert.Equal([new SettledJob(second, "it waited for job 1, and job 1 was cancelled")], await Waiting.SettleAsync(Ct));
    }

    [Fact]
    public async Task A_job_that_another_session_holds_keeps_no_other_from_its_turn()
    {
        var first = await EnqueueAsync(1);
        var (second, third) = (await AfterAsync(first), await AfterAsync(first));
        await CompleteAsync(await ClaimOneAsync());
        await using (var connection = await Database.DataSource.OpenConnectionAsync(Ct))
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
        {
            await new BatchTransitions(connection).LockJobAsync(second, Ct);
            Assert.Equal([new SettledJob(third, null)], await Waiting.SettleAsync(Ct));
        }

        Assert.Equal([new SettledJob(second, null)], await Waiting.SettleAsync(Ct));
    }

    [Fact]
    public async Task A_deletion_waits_until_all_that_wait_for_the_job_are_judged()
    {
        var first = await EnqueueAsync(1);
        var second = await AfterAsync(first);
        using var folder = new TemporaryFolder();
        var deletion = new JobDeletion(Database.DataSource, new FolderResultBlobs(folder.Path));
        await using (var connection = await Database.DataSource.OpenConnectionAsync(Ct))
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
        {
            await new BatchTransitions(connection).LockJobAsync(second, Ct);
            await Jobs.CancelAsync(first, Ct);
            var fault = await Assert.ThrowsAsync<UserException>(() => deletion.RunAsync(first, files: false, Ct));
            Assert.Contains("is being changed by somebody else at this moment: try again", fault.Message, StringComparison.Ordinal);
        }

        Assert.NotNull(await deletion.RunAsync(first, files: false, Ct));
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(second)).State);
    }

    [Fact]
    public async Task A_cancellation_settles_what_waits_for_the_job_and_nothing_else_in_the_users_name()
    {
        var (first, other) = (await EnqueueAsync(1), await EnqueueAsync(1));
        var (second, third) = (await AfterAsync(first), await AfterAsync(other));
        var fourth = await AfterAsync(second);
        foreach (var lease in await Leases.ClaimAsync("worker", 9, Ttl, Ct))
            if (lease.JobId == other) await CompleteAsync(lease);
            else await Leases.ReleaseAsync(lease, Ct);
        await new JobStore(Database.DataSource, new Actor("ann")).CancelAsync(first, Ct);

        Assert.Equal($"{first},{second},{fourth}",
            await ScalarAsync<string>("SELECT string_agg(job_id::text, ',' ORDER BY job_id) FROM events WHERE who = 'ann'"));
        Assert.Equal([new SettledJob(third, null)], await Waiting.SettleAsync(Ct));
    }

    [Fact]
    public async Task A_released_job_takes_its_turn_among_those_that_came_since()
    {
        var first = await EnqueueAsync(1);
        var waiting = (await Jobs.EnqueueAsync(
            Spec, [.. Enumerable.Range(1, 12).Select(Problem)], new JobOrder { After = new([first], AnyEnd: false) }, Ct)).JobId;
        var other = await EnqueueAsync(40);
        await CompleteAsync(await ClaimOneAsync());
        for (var claim = 0; claim < 6; claim++) await ClaimOneAsync();
        await Waiting.SettleAsync(Ct);

        var next = await Leases.ClaimAsync("worker", 6, Ttl, Ct);
        Assert.Equal((3, 3), (next.Count(lease => lease.JobId == waiting), next.Count(lease => lease.JobId == other)));
    }

    [Fact]
    public async Task What_can_not_be_waited_for_is_refused_and_nothing_is_stored()
    {
        var first = await EnqueueAsync(1);
        await Jobs.CancelAsync(first, Ct);
        var ended = await Assert.ThrowsAsync<UserException>(() => AfterAsync(first));
        Assert.Equal(ExitCode.BadInput, ended.Code);
        Assert.Contains("job 1 was cancelled, so that what waits for it would be cancelled", ended.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await Assert.ThrowsAsync<UserException>(() => AfterAsync(first, 77))).Code);
        Assert.Equal(ExitCode.NotFound, (await Assert.ThrowsAsync<UserException>(() => Jobs.JobsOfSweepAsync(7, Ct))).Code);
        Assert.Single(await Jobs.ListAsync(9, Ct));
        Assert.True((await Jobs.EnqueueAsync(Spec, [Problem(1)], new JobOrder { After = new([first], AnyEnd: true) }, Ct)).IsNew);
        Assert.Equal(2, (await ClaimOneAsync()).JobId);
    }

    [Fact]
    public async Task A_unique_job_is_stored_once_however_many_enqueue_it_at_once()
    {
        var order = new JobOrder { IsUnique = true };
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Jobs.EnqueueAsync(Spec, [Problem(1)], order, Ct)));
        Assert.Single(all, one => one.IsNew);
        Assert.Single(all.Select(one => one.JobId).Distinct());
        Assert.True((await Jobs.EnqueueAsync(Spec with { Width = 8 }, [Problem(1)], order, Ct)).IsNew);
        Assert.True((await Jobs.EnqueueAsync(Spec, [Problem(2)], order, Ct)).IsNew);

        // The name is no input. A cancelled job does not count.
        Assert.False((await Jobs.EnqueueAsync(Spec with { Name = "other" }, [Problem(1)], order, Ct)).IsNew);
        await Jobs.CancelAsync(all[0].JobId, Ct);
        Assert.True((await Jobs.EnqueueAsync(Spec, [Problem(1)], order, Ct)).IsNew);
    }

    [Fact]
    public async Task A_key_finds_the_job_whatever_its_inputs()
    {
        var order = new JobOrder { UniqueKey = "nightly 2026-11-30" };
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Jobs.EnqueueAsync(Spec, [Problem(1)], order, Ct)));
        Assert.Single(all, one => one.IsNew);
        var other = await Jobs.EnqueueAsync(Spec, [Problem(2)], order, Ct);
        Assert.Equal((all[0].JobId, false, false), (other.JobId, other.IsNew, other.HasSameInputs));
        Assert.True((await Jobs.EnqueueAsync(Spec, [Problem(1)], new JobOrder { UniqueKey = "x" }, Ct)).IsNew);
        Assert.True((await Jobs.EnqueueAsync(Spec, [Problem(1)], new JobOrder(), Ct)).IsNew);
    }

    Task<long> AfterAsync(params long[] jobs) => EnqueueAsync(new() { After = new(jobs, AnyEnd: false) });

    async Task<long> EnqueueAsync(JobOrder order) => (await Jobs.EnqueueAsync(Spec, [Problem(1)], order, Ct)).JobId;
}
