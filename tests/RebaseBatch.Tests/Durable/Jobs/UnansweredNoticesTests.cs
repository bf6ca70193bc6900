using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Durable.Jobs;

/// <summary>What the worker's log says of missing answers.</summary>
public sealed class UnansweredNoticesTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_job_whose_first_batch_is_wholly_unanswered_says_so_once_whoever_looks()
    {
        var job = await EnqueueAsync(6);
        var log = new LogEntries();
        var notices = Enumerable.Range(0, 4)
            .Select(_ => new UnansweredNotices(Database.DataSource, log.LoggerOf<UnansweredNotices>())).ToList();
        await LeaveUnansweredAsync();
        await Task.WhenAll(notices.Select(one => one.BatchEndedAsync(job, Ct)));
        Assert.StartsWith("411 job 1: none of its first 2 problems has an answer: no answer found in 4 of 6 solutions (2 problems); "
            + "the policy states its answers in a form that is not read", Assert.Single(log.Texts), StringComparison.Ordinal);
        Assert.EndsWith("solutions ended with: 'it is 34' and 'it is 34'", log.Texts[0], StringComparison.Ordinal);

        await LeaveUnansweredAsync();
        await notices[0].BatchEndedAsync(job, Ct);
        Assert.Single(log.Texts);
    }

    [Fact]
    public async Task A_job_with_one_answer_is_not_silent()
    {
        var job = await EnqueueAsync(6);
        var log = new LogEntries();
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await LeaveUnansweredAsync();
        await new UnansweredNotices(Database.DataSource, log.LoggerOf<UnansweredNotices>()).BatchEndedAsync(job, Ct);
        Assert.Empty(log.Texts);
    }

    [Fact]
    public async Task An_ended_job_that_lacks_a_tenth_of_its_answers_says_so()
    {
        var (much, whole) = (await EnqueueAsync(4), await EnqueueAsync(2));
        await LeaveUnansweredAsync();
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        var log = new LogEntries();
        var notices = new UnansweredNotices(Database.DataSource, log.LoggerOf<UnansweredNotices>());
        await notices.JobEndedAsync(whole, Ct);
        await notices.JobEndedAsync(whole + 1, Ct);
        Assert.Empty(log.Texts);
        await notices.JobEndedAsync(much, Ct);
        Assert.StartsWith("410 job 1: 2 of 4 problems have no answer: no answer found in 4 of 6 solutions (2 problems); ",
            Assert.Single(log.Texts), StringComparison.Ordinal);
    }

    async Task LeaveUnansweredAsync()
    {
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem => Result(lease, problem)).Select(result => result with
        {
            Answer = result.Answer with
            {
                Answer = null, Correct = null, Votes = [], Candidates = [new(1, null, "so\nit is 34\n", [0.5])],
                UnansweredCause = UnansweredCause.NoAnswerFound, SolutionEnds = new() { NoAnswerFound = 2, Depth = 1 },
            },
        })], Ct));
    }
}
