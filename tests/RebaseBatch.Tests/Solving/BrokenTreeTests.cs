using Dapper;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Stored steps that are not a tree of the search, as a database that forgot commits in its middle had them.</summary>
public sealed class BrokenTreeTests(PostgresServer server) : WorkerTest(server)
{
    const string Nodes = """
        INSERT INTO nodes (problem_id, no, parent_no, depth, child_index, state, score, sampled, policy_evaluated, reward_evaluated,
            lease_epoch, tokens, text)
        SELECT (SELECT min(problem_id) FROM problems), n.no, n.parent, n.depth, n.child, n.state, 0.5, 1, 1, 1, 0, '{5}', 'x'
        FROM (VALUES {0}) n (no, parent, depth, child, state)
        """;

    public static TheoryData<string> Broken => new()
    {
        // Without its parent: a KeyNotFoundException ended it once, and its neighbours with it.
        "(1, 0, 1, 0, 0), (7, 5, 3, 0, 0)",
        // Under another parent than the strategy plans.
        "(1, 0, 1, 0, 0), (2, 1, 2, 9, 0)",
        // Of a level that the search never reaches.
        "(1, 0, 1, 0, 1), (2, 0, 1, 1, 1), (3, 0, 1, 2, 1), (4, 0, 1, 3, 1), (5, 4, 2, 0, 1)",
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Stored_steps_that_can_not_be_continued_are_deleted_and_the_search_begins_anew(string nodes)
    {
        var job = await BrokenAsync(nodes);
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var progress = await Ledger.EndedAsync(job);
        await Ledger.AssertWholeAsync(2, Folder.Path);
        Assert.Equal((1, 0), (progress.Restarts, progress.Failed));
        Assert.Equal(1, await Ledger.CountAsync("SELECT max(attempt) FROM batches"));
    }

    [Fact]
    public async Task A_search_that_was_begun_anew_three_times_fails_alone_and_a_retry_from_scratch_solves_it()
    {
        var job = await BrokenAsync("(7, 5, 3, 0, 1)");
        await ExecuteAsync($"""
            INSERT INTO searches (problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens, restarts)
            SELECT min(problem_id), {job}, 0, 0, 1, 1, {ProblemSolver.MostRestarts} FROM problems
            """);
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var failed = await Ledger.EndedAsync(job);
        Assert.Equal((2, 1), (failed.Answered, failed.Failed));
        Assert.Contains("without its parent 5; the search was begun anew 3 times", failed.OldestError, StringComparison.Ordinal);
        Assert.Equal(1, await Ledger.CountAsync("SELECT u.nodes FROM usage u JOIN answers a USING (problem_id) WHERE a.failed"));

        Assert.Equal(1, await Jobs.RetryAsync(job, default, fromScratch: true));
        await Ledger.EndedAsync(job);
        await Ledger.AssertWholeAsync(2, Folder.Path);
    }

    async Task<long> BrokenAsync(string nodes)
    {
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 2), await Problems.TakeAsync(2), default);
        await ExecuteAsync(Nodes.Replace("{0}", nodes, StringComparison.Ordinal));
        return job;
    }

    async Task ExecuteAsync(string sql)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }
}
