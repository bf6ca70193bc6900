using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

public sealed class CompletionsTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Batches_that_end_while_another_one_is_completed_share_a_transaction()
    {
        var job = await EnqueueAsync(5, Spec with { BatchSize = 1 });
        var done = await WhileTheJobIsLockedAsync(job, await Leases.ClaimAsync("worker", 5, Ttl, Ct));

        Assert.All(await Task.WhenAll(done), Assert.True);
        // The first one alone, as it waits for nobody.
        Assert.Equal("1 4", await TransactionsAsync());
        var progress = await ProgressAsync(job);
        Assert.Equal((JobState.Completed, 5, 6), (progress.State, progress.Answered, progress.PendingFiles));
    }

    [Fact]
    public async Task A_lost_lease_costs_the_batches_beside_it_nothing()
    {
        var job = await EnqueueAsync(6, Spec with { BatchSize = 1, MaxAttempts = 5 });
        var leases = await Leases.ClaimAsync("worker", 6, Ttl, Ct);
        // One was taken over by another worker, and of one the server has the epoch of another claim: it lost commits.
        await ExecuteAsync("UPDATE batches SET lease_epoch = lease_epoch + 1 WHERE batch_id = @BatchId", new { leases[2].BatchId });
        await ExecuteAsync("UPDATE batches SET lease_id = gen_random_uuid() WHERE batch_id = @BatchId", new { leases[4].BatchId });
        var done = await Task.WhenAll(await WhileTheJobIsLockedAsync(job, leases));

        Assert.Equal([true, true, false, true, false, true], done);
        Assert.Equal("1 3", await TransactionsAsync());
        Assert.Equal("4 4 4 2", await ScalarAsync<string>("""
            SELECT concat_ws(' ', (SELECT count(*) FROM answers), (SELECT count(*) FROM usage), (SELECT count(*) FROM outbox),
                (SELECT count(*) FROM batches WHERE state = 'running'))
            """));
        Assert.Equal(JobState.Running, (await ProgressAsync(job)).State);
    }

    [Fact]
    public async Task A_batch_that_can_not_be_completed_costs_the_batches_beside_it_nothing()
    {
        var job = await EnqueueAsync(6, Spec with { BatchSize = 1 });
        var leases = await Leases.ClaimAsync("worker", 6, Ttl, Ct);
        var done = await WhileTheJobIsLockedAsync(job, leases, results: i => i == 3 ? 0 : i == 4 ? 2 : 1);

        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => done[3]);
        Assert.Equal($"batch 4 of job {job} can't be completed: 1 of its problems have no answer", missing.Message);
        var twice = await Assert.ThrowsAsync<PostgresException>(() => done[4]);
        Assert.Equal(PostgresErrorCodes.UniqueViolation, twice.SqlState);
        foreach (var i in (int[])[0, 1, 2, 5]) Assert.True(await done[i]);
        Assert.Equal([BatchStates.Running, BatchStates.Running], [await BatchStateAsync(leases[3]), await BatchStateAsync(leases[4])]);
        Assert.Equal(4, await ScalarAsync<int>("SELECT count(*)::int FROM answers"));
    }

    [Fact]
    public async Task A_session_that_dies_with_a_group_leaves_all_its_batches_to_the_next_try()
    {
        var job = await EnqueueAsync(4, Spec with { BatchSize = 1 });
        var leases = await Leases.ClaimAsync("worker", 4, Ttl, Ct);
        var completions = new Completions(Results);
        var before = await ContentAsync();
        Task<bool>[] done;
        await using (var obstacle = await LockAsync(job))
        {
            done = await BeginAsync(completions, leases, _ => 1);
            await EndWaitingSessionAsync();
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => done[0]);
            // Now the group of the others waits.
            await EndWaitingSessionAsync();
            foreach (var other in done[1..]) await Assert.ThrowsAnyAsync<NpgsqlException>(() => other);
        }

        Assert.Equal(before, await ContentAsync());
        Assert.All(await Task.WhenAll(await BeginAsync(completions, leases, _ => 1)), Assert.True);
        // Who does not know of the commit asks again: the batch is not completed twice.
        Assert.All(await Task.WhenAll(await BeginAsync(completions, leases, _ => 1)), Assert.False);
        Assert.Equal((JobState.Completed, 4), ((await ProgressAsync(job)).State, (await ProgressAsync(job)).Answered));
    }

    [Fact]
    public async Task A_job_whose_row_is_locked_holds_up_no_other_job()
    {
        var (locked, free) = (await EnqueueAsync(1), await EnqueueAsync(1));
        var leases = await Leases.ClaimAsync("worker", 2, Ttl, Ct);
        var completions = new Completions(Results);
        await using (var obstacle = await LockAsync(locked))
        {
            var waits = await BeginAsync(completions, [.. leases.Where(lease => lease.JobId == locked)], _ => 1);
            var done = await BeginAsync(completions, [.. leases.Where(lease => lease.JobId == free)], _ => 1);
            Assert.True(await done[0].WaitAsync(TimeSpan.FromSeconds(30), Ct));
            Assert.False(waits[0].IsCompleted);
        }
    }

    [Fact]
    public async Task A_batch_whose_row_is_locked_costs_the_batches_beside_it_nothing()
    {
        var job = await EnqueueAsync(4, Spec with { BatchSize = 1 });
        var leases = await Leases.ClaimAsync("worker", 4, Ttl, Ct);
        await using var obstacle = await Database.DataSource.OpenConnectionAsync(Ct);
        await obstacle.ExecuteAsync("BEGIN; SELECT 1 FROM batches WHERE batch_id = @BatchId FOR UPDATE", new { leases[2].BatchId });
        var done = await WhileTheJobIsLockedAsync(job, leases);

        foreach (var i in (int[])[0, 1, 3]) Assert.True(await done[i]);
        var locked = await Assert.ThrowsAsync<PostgresException>(() => done[2]);
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, locked.SqlState);
        Assert.Equal(BatchStates.Running, await BatchStateAsync(leases[2]));
    }

    [Fact]
    public async Task A_result_that_can_not_be_sent_costs_the_batches_beside_it_nothing()
    {
        var job = await EnqueueAsync(4, Spec with { BatchSize = 1 });
        var leases = await Leases.ClaimAsync("worker", 4, Ttl, Ct);
        // Half of a surrogate pair, which UTF-8 can't contain.
        var done = await WhileTheJobIsLockedAsync(job, leases, change: (i, result) => i != 2 ? result
            : result with { Answer = result.Answer with { Answer = "\ud800" } });

        foreach (var i in (int[])[0, 1, 3]) Assert.True(await done[i]);
        await Assert.ThrowsAnyAsync<Exception>(() => done[2]);
        Assert.Equal(BatchStates.Running, await BatchStateAsync(leases[2]));
    }

    [Fact]
    public async Task A_group_has_no_more_results_than_a_transaction_should()
    {
        var job = await EnqueueAsync(Completions.MostResults + 4, Spec with { BatchSize = 2 });
        var leases = await Leases.ClaimAsync("worker", 100, Ttl, Ct);
        Assert.All(await Task.WhenAll(await WhileTheJobIsLockedAsync(job, leases, _ => 2)), Assert.True);
        Assert.Equal($"2 2 {Completions.MostResults}", await TransactionsAsync());
    }

    /// <summary>Begins the completions in order while another session holds the job's lock, and gives it free.</summary>
    async Task<Task<bool>[]> WhileTheJobIsLockedAsync(
        long job, IReadOnlyList<BatchLease> leases, Func<int, int>? results = null, Func<int, ProblemResult, ProblemResult>? change = null)
    {
        await using var obstacle = await LockAsync(job);
        var done = await BeginAsync(new(Results), leases, results ?? (_ => 1), change);
        await WaitForSessionAsync();
        return done;
    }

    async Task<Task<bool>[]> BeginAsync(
        Completions completions, IReadOnlyList<BatchLease> leases, Func<int, int> results,
        Func<int, ProblemResult, ProblemResult>? change = null)
    {
        var solved = new List<IReadOnlyList<ProblemResult>>();
        foreach (var (lease, i) in leases.Select((lease, i) => (lease, i)))
        {
            // The first problem twice where there are more results than problems.
            var pending = await ScalarAsync<long[]>(
                "SELECT array_agg(problem_id ORDER BY ordinal) FROM problems WHERE batch_id = @BatchId", new { lease.BatchId });
            solved.Add([.. Enumerable.Range(0, results(i)).Select(n => Result(lease, new(
                    pending[n % pending.Length], n, Problem(n), [], 0, 0)))
                .Select(result => change?.Invoke(i, result) ?? result)]);
        }

        return [.. leases.Select((lease, i) => completions.CompleteAsync(lease, solved[i]))];
    }

    async Task<NpgsqlConnection> LockAsync(long job)
    {
        var other = await Database.DataSource.OpenConnectionAsync(Ct);
        await other.ExecuteAsync("BEGIN; SELECT 1 FROM jobs WHERE job_id = @job FOR UPDATE", new { job });
        return other;
    }

    const string Waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    Task WaitForSessionAsync() => Eventually.TrueAsync(async () => await ScalarAsync<int>($"SELECT count(*)::int {Waiting}") == 1);

    async Task EndWaitingSessionAsync()
    {
        await WaitForSessionAsync();
        await ExecuteAsync($"SELECT pg_terminate_backend(pid) {Waiting}");
    }

    /// <summary>How many answers each transaction wrote.</summary>
    Task<string> TransactionsAsync() => ScalarAsync<string>(
        "SELECT string_agg(n::text, ' ' ORDER BY n) FROM (SELECT count(*) AS n FROM answers GROUP BY xmin::text) t");
}
