using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

public sealed class ResultStoreTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Of_many_completions_of_one_lease_exactly_one_counts()
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CompleteAsync(lease)));

        Assert.Single(won, true);
        Assert.Equal((2, 2),
            (await ScalarAsync<int>("SELECT count(*) FROM answers"), await ScalarAsync<int>("SELECT count(*) FROM usage")));
        Assert.Equal(JobState.Completed, (await ProgressAsync(job)).State);
    }

    [Fact]
    public async Task Of_the_last_batches_ending_at_once_exactly_one_ends_the_job()
    {
        for (var round = 0; round < 40; round++)
        {
            var job = await EnqueueAsync(5, Spec with { BatchSize = 1, MaxAttempts = 1 });
            var leases = await Leases.ClaimAsync("worker", 5, round % 2 == 0 ? Ttl : RunOut, Ct);
            // The ways of ending share a lock, so they race each other here too; a batch may be reaped before its own worker ends it.
            var ends = leases.Select((lease, i) => i switch
            {
                0 => Leases.FailAsync(lease, "broken", TimeSpan.Zero, Ct),
                1 => ReapAsync(),
                _ => CompleteAsync(lease),
            }).ToArray();
            await Task.WhenAll(ends);
            if (round % 2 == 0) Assert.True(await CompleteAsync(leases[1]));

            var progress = await ProgressAsync(job);
            Assert.Equal((JobState.Completed, 5, 5), (progress.State, progress.Batches.Ended, progress.Answered));
            Assert.Equal(6, progress.PendingFiles);
        }

        async Task<bool> ReapAsync() => await Leases.ReapAsync(Ct) >= 0;
    }

    [Fact]
    public async Task A_batch_is_not_completed_while_a_problem_has_no_answer()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        var before = await ContentAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Results.CompleteAsync(lease, [Result(lease, pending[0])], Ct));
        Assert.Equal(before, await ContentAsync());
    }

    [Fact]
    public async Task A_second_answer_to_a_problem_is_an_error_and_changes_nothing()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var results = (await Problems.LoadPendingAsync(lease, Ct)).Select(p => Result(lease, p)).ToList();
        var before = await ContentAsync();
        var error = await Assert.ThrowsAsync<PostgresException>(() => Results.CompleteAsync(lease, [.. results, results[0]], Ct));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, error.SqlState);
        Assert.Equal(before, await ContentAsync());
    }

    [Fact]
    public async Task A_cancelled_batch_keeps_the_answers_it_has()
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.True(await Results.CancelAsync(lease, [Result(lease, pending[1])], Ct));

        var progress = await ProgressAsync(job);
        Assert.Equal((JobState.Cancelled, 1, 1), (progress.State, progress.Batches.Cancelled, progress.Answered));
    }

    [Fact]
    public async Task Answers_and_usage_read_back_as_they_were_written()
    {
        var job = await EnqueueAsync(3, Spec with { BatchSize = 3 });
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        ProblemResult[] results =
        [
            Result(lease, pending[0]),
            Result(lease, pending[1], "out of room"),
            Result(lease, pending[2]) with { Usage = Result(lease, pending[2]).Usage with { Reward = null } },
        ];
        Assert.True(await Results.CompleteAsync(lease, [.. results.Reverse()], Ct));

        Assert.Equivalent(results.Select(r => r.Answer), await Queries.AnswersAsync(job, ct: Ct).ToListAsync(Ct), strict: true);
        Assert.Equivalent(results.Select(r => r.Usage), await Queries.UsageAsync(job, ct: Ct).ToListAsync(Ct), strict: true);
    }

    [Fact]
    public async Task Zero_characters_in_answers_are_replaced()
    {
        var job = await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var result = Result(lease, Assert.Single(await Problems.LoadPendingAsync(lease, Ct)));
        var answer = result.Answer with
        {
            Answer = "\0",
            Error = "e\0",
            Correct = null,
            Votes = [new(VotingMethod.Majority, null, "\0", null, 1)],
            Candidates = [new(1, "\0", "\0", [])],
        };
        Assert.True(await Results.CompleteAsync(lease, [result with { Answer = answer }], Ct));
        var stored = Assert.Single(await Queries.AnswersAsync(job, ct: Ct).ToListAsync(Ct));
        Assert.Equal(("\uFFFD", "e\uFFFD", "\uFFFD", "\uFFFD", "\uFFFD"),
            (stored.Answer, stored.Error, stored.Votes[0].Answer, stored.Candidates[0].Answer, stored.Candidates[0].Text));
    }
}
