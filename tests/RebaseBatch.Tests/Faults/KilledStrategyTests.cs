using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class KilledStrategyTests(PostgresServer server)
{
    const int ProblemCount = 8;

    // The first kill comes within the first steps, when a search is certainly under way; the second comes later.
    static readonly int[] s_newNodes = [1, 8];

    [Theory]
    [InlineData(SearchStrategy.Greedy, 1)]
    [InlineData(SearchStrategy.Sampling, 4)]
    [InlineData(SearchStrategy.Rebase, 4)]
    [InlineData(SearchStrategy.Beam, 4)]
    [InlineData(SearchStrategy.Dvts, 4)]
    [InlineData(SearchStrategy.Mcts, 8)]
    [InlineData(SearchStrategy.Dora, 4)]
    [InlineData(SearchStrategy.Dora, 4, 0, 1, "tiny-math-policy-m")]
    [InlineData(SearchStrategy.Particles, 4)]
    [InlineData(SearchStrategy.BgMcts, 8)]
    [InlineData(SearchStrategy.Beam, 4, 2, 1)]
    [InlineData(SearchStrategy.Rebase, 4, 0, 2)]
    public async Task Of_a_search_killed_twice_no_stored_step_is_changed_or_sampled_again(
        SearchStrategy strategy, int width, int lookahead = 0, int scoreEvery = 1, string? embedding = null)
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var gate = await CheckpointGate.CreateAsync(database);
        var (jobs, ledger) = (new JobStore(database.DataSource), new Ledger(database.DataSource));
        var job = await jobs.EnqueueAsync(Problems.Job(width, batchSize: ProblemCount) with
        {
            Strategy = strategy,
            BeamWidth = 2,
            Lookahead = lookahead,
            ScoreEvery = scoreEvery,
            Reward = strategy is SearchStrategy.Greedy ? null : "tiny-math-prm",
            EmbeddingModel = embedding,
            DoraKey = embedding is null ? DirectionKey.Equations : DirectionKey.Embedding,
        }, await Problems.TakeAsync(ProblemCount), default);

        HashSet<string> stored = [];
        foreach (var news in s_newNodes)
        {
            await gate.CloseAtAsync(stored.Count + news);
            await using var killed = Worker(database, folder);
            await gate.KillHeldAsync(killed);

            var now = await NodesAsync(database);
            Assert.Subset(now, stored);
            Assert.InRange(now.Count, stored.Count + news, int.MaxValue);
            Assert.False((await jobs.ProgressAsync(job, default))!.Ended);
            stored = now;
        }

        await gate.OpenAsync();
        await using var last = Worker(database, folder);
        Assert.Equal(JobState.Completed, (await ledger.EndedAsync(job)).State);
        Assert.Subset(await NodesAsync(database), stored);
        await ledger.AssertWholeAsync(ProblemCount, Path.Combine(folder.Path, "results"));
        // Otherwise no kill hit a search under way, and the test showed nothing.
        Assert.True(
            await ledger.CountAsync(
                "SELECT count(*) FROM (SELECT problem_id FROM nodes GROUP BY 1 HAVING count(DISTINCT lease_epoch) > 1) resumed") > 0);
    }

    // Few searches at once and a checkpoint after nearly every step: the kill comes while they are under way.
    static RebaseProcess Worker(TestDatabase database, TemporaryFolder folder) =>
        RebaseProcess.Worker(database.ConnectionString, folder.Path,
        "Worker:LeaseSeconds=1", "Worker:RenewSeconds=0.2", "Worker:MaxSearches=2", "Worker:CheckpointMilliseconds=1",
        "Worker:PollMinMilliseconds=20");

    /// <summary>Every column of every node.</summary>
    static async Task<HashSet<string>> NodesAsync(TestDatabase database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("SELECT n::text FROM nodes n")];
    }
}
