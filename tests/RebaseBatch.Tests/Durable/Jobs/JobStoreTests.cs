using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

public sealed class JobStoreTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Twenty_thousand_problems_are_cut_into_batches_in_order()
    {
        var job = await EnqueueAsync(20_000, Spec with { BatchSize = 16 });

        var progress = await ProgressAsync(job);
        Assert.Equal((20_000, 1250, JobState.Queued), (progress.Problems, progress.Batches.Available, progress.State));
        Assert.Equal(20_000, await ScalarAsync<int>("""
            SELECT count(*) FROM problems p JOIN batches b USING (batch_id)
            WHERE b.batch_no = p.ordinal / 16 + 1 AND p.custom_id = 'id-' || p.ordinal AND b.max_attempts = 2
            """));
    }

    [Fact]
    public async Task The_last_batch_takes_what_is_left()
    {
        await EnqueueAsync(5);
        var sizes = new List<int>();
        foreach (var lease in await Leases.ClaimAsync("worker", 9, Ttl, Ct)) sizes.Add((await Problems.LoadPendingAsync(lease, Ct)).Count);
        Assert.Equal([2, 2, 1], sizes);
    }

    [Fact]
    public async Task What_cannot_be_run_is_refused_in_one_sentence_and_nothing_is_stored()
    {
        await RefusedAsync("width: 0 is not within", Spec with { Width = 0 }, Problem(1));
        await RefusedAsync("holds no problem", Spec);
        await RefusedAsync("'id-1' occurs more than once", Spec, Problem(1), Problem(2), Problem(1));
        Assert.Empty(await Jobs.ListAsync(10, Ct));

        async Task RefusedAsync(string reason, JobSpec spec, params ProblemSpec[] problems)
        {
            var error = await Assert.ThrowsAsync<UserException>(() => Jobs.EnqueueAsync(spec, problems, Ct));
            Assert.Equal(ExitCode.BadInput, error.Code);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_queued_job_is_cancelled_at_once()
    {
        var job = await EnqueueAsync(4);
        Assert.True(await Jobs.CancelAsync(job, Ct));
        var progress = await ProgressAsync(job);
        Assert.Equal((JobState.Cancelled, 2, true), (progress.State, progress.Batches.Cancelled, progress.FinishedAt is not null));
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));
    }

    [Fact]
    public async Task A_running_job_is_cancelled_when_its_running_batches_have_ended()
    {
        var job = await EnqueueAsync(6);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        var lease = await ClaimOneAsync();

        Assert.True(await Jobs.CancelAsync(job, Ct));
        var progress = await ProgressAsync(job);
        Assert.Equal((JobState.Running, true), (progress.State, progress.CancelRequested));
        Assert.Equal(new BatchCounts(0, 1, 0, 1, 1, 0), progress.Batches);
        Assert.Equal(LeaseState.CancelRequested, await Leases.RenewAsync(lease, Ttl, Ct));
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(0, await Jobs.RetryAsync(job, Ct));

        Assert.True(await Results.CancelAsync(lease, [], Ct));
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(job)).State);
    }

    [Fact]
    public async Task A_batch_that_waits_for_its_retry_is_cancelled_at_once()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "no luck", TimeSpan.FromHours(1), Ct));
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(job)).State);
    }

    [Fact]
    public async Task An_ended_job_cannot_be_cancelled_and_a_missing_one_is_told_apart()
    {
        var job = await EnqueueAsync(1);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        var before = await ContentAsync();
        Assert.False(await Jobs.CancelAsync(job, Ct));
        Assert.Null(await Jobs.CancelAsync(99, Ct));
        Assert.Null(await Jobs.RetryAsync(99, Ct));
        Assert.Null(await Jobs.ProgressAsync(99, Ct));
        Assert.Equal(0, await Jobs.RetryAsync(job, Ct));
        Assert.Equal(before, await ContentAsync());
    }

    [Fact]
    public async Task Retry_puts_back_what_failed_and_its_searches_go_on_from_their_stored_steps()
    {
        var job = await EnqueueAsync(6, Spec with { MaxAttempts = 1 });
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        // The second batch has one failed problem, the third is discarded after it stored a step.
        var second = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(second, Ct);
        Assert.True(await Results.CompleteAsync(second, [Result(second, pending[0]), Result(second, pending[1], "no luck")], Ct));
        var third = await ClaimOneAsync();
        var begun = (await Problems.LoadPendingAsync(third, Ct))[0];
        Assert.True(await StoreAsync(third, begun.ProblemId, Node(1)));
        Assert.True(await Leases.FailAsync(third, "killed", TimeSpan.Zero, Ct));
        third = await ClaimOneAsync();
        Assert.True(await Leases.FailAsync(third, "killed", TimeSpan.Zero, Ct));
        Assert.Equal((JobState.Completed, 3), (await ProgressAsync(job)) is { } p ? (p.State, p.Failed) : default);

        Assert.Equal(2, await Jobs.RetryAsync(job, Ct));

        var progress = await ProgressAsync(job);
        Assert.Equal((JobState.Queued, 3, 0, 1), (progress.State, progress.Answered, progress.Failed, progress.PendingFiles));
        Assert.Null(progress.FinishedAt);
        Assert.Null(progress.OldestError);
        Assert.Equal(3, await ScalarAsync<int>("SELECT count(*) FROM usage"));
        var leases = await Leases.ClaimAsync("worker", 9, Ttl, Ct);
        Assert.Equal([(2, 1, second.Epoch + 1), (3, 1, third.Epoch + 1)], leases.Select(l => (l.BatchNo, l.Attempt, l.Epoch)));
        Assert.Equal(pending[1].ProblemId, Assert.Single(await Problems.LoadPendingAsync(leases[0], Ct)).ProblemId);
        Assert.Equivalent(Node(1), Assert.Single((await Problems.LoadPendingAsync(leases[1], Ct))[0].StoredNodes), strict: true);

        foreach (var lease in leases) Assert.True(await CompleteAsync(lease));
        progress = await ProgressAsync(job);
        Assert.Equal((JobState.Completed, 6, 0, 4), (progress.State, progress.Answered, progress.Failed, progress.PendingFiles));
    }

    [Fact]
    public async Task A_cancelled_job_can_be_retried()
    {
        var job = await EnqueueAsync(4);
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(2, await Jobs.RetryAsync(job, Ct));
        foreach (var lease in await Leases.ClaimAsync("worker", 9, Ttl, Ct))
        {
            Assert.Equal(LeaseState.Held, await Leases.RenewAsync(lease, Ttl, Ct));
            Assert.True(await CompleteAsync(lease));
        }
        Assert.Equal(JobState.Completed, (await ProgressAsync(job)).State);
    }

    [Fact]
    public async Task Retrying_a_job_whose_other_batches_run_leaves_it_running()
    {
        var job = await EnqueueAsync(4, Spec with { MaxAttempts = 1 });
        Assert.True(await Leases.FailAsync(await ClaimOneAsync(), "no luck", TimeSpan.Zero, Ct));
        var running = await ClaimOneAsync();
        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        Assert.Equal(JobState.Running, (await ProgressAsync(job)).State);
        Assert.True(await CompleteAsync(running));
        Assert.Equal(JobState.Running, (await ProgressAsync(job)).State);
    }

    [Fact]
    public async Task The_list_shows_the_newest_jobs_first()
    {
        var first = await EnqueueAsync(2);
        var second = await EnqueueAsync(1, Spec with { Name = "second\0" });
        Assert.True(await CompleteAsync(await ClaimOneAsync(), error: "no luck"));

        var rows = await Jobs.ListAsync(10, Ct);
        Assert.Equal([(second, JobState.Queued, 1, 0, 0), (first, JobState.Completed, 2, 2, 2)],
            rows.Select(r => (r.JobId, r.State, r.Problems, r.Answered, r.Failed)));
        Assert.Equal("second\uFFFD", rows[0].Spec!.Name);
        Assert.Equal(second, Assert.Single(await Jobs.ListAsync(1, Ct)).JobId);
    }

    [Fact]
    public async Task Progress_counts_the_graded_answers()
    {
        var job = await EnqueueAsync(4);
        var leases = await Leases.ClaimAsync("a", 1, Ttl, Ct);
        await Leases.ClaimAsync("b", 1, Ttl, Ct);
        Assert.True(await CompleteAsync(leases[0]));
        var progress = await ProgressAsync(job);
        Assert.Equal((2, 0, 1, 0), (progress.Answered, progress.Failed, progress.Graded, progress.Correct));
        Assert.Equal(["b"], progress.Workers);
        Assert.False(progress.Ended);
    }
}
