using RebaseBatch.Contracts;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Jobs of which not every step is scored: real models through llama.cpp, a real Postgres, a worker in this process.</summary>
public sealed class SparselyScoredJobTests(PostgresServer server) : WorkerTest(server)
{
    [Theory]
    [InlineData(SearchStrategy.Rebase)]
    [InlineData(SearchStrategy.Beam)]
    public async Task Only_every_second_step_and_each_last_one_is_scored_and_no_text_is_read_twice(SearchStrategy strategy)
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await SolvedAsync(Problems.Job(width: 8) with { Strategy = strategy, ScoreEvery = 2 }, 4);

        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE (score IS NULL) <> (state = 0 AND depth % 2 = 1)"));
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE score IS NULL") > 0);
        Assert.Equal(0, await Ledger.CountAsync("SELECT sum(reward_evaluated) FROM nodes WHERE score IS NULL"));
        Assert.Equal(0,
            await Ledger.CountAsync(
                "SELECT count(*) FROM (SELECT problem_id FROM nodes WHERE state > 0 GROUP BY 1 HAVING count(*) <> 8) other_width"));
        await AssertReadOnceAsync(job);
        await foreach (var answer in new ResultQueries(Database.DataSource).AnswersAsync(job))
            Assert.All(answer.Candidates, candidate => Assert.All(candidate.StepScores, score => Assert.InRange(score, 1e-9, 1)));
    }

    [Fact]
    public async Task A_lookahead_scores_rollouts_that_do_not_vote_and_count_as_usage()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await SolvedAsync(Problems.Job(width: 8) with { Strategy = SearchStrategy.Beam, BeamWidth = 4, Lookahead = 2 }, 4);

        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE state = 5 AND score IS NOT NULL") > 0);
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE score IS NOT NULL AND state IN (0, 4)"));
        Assert.Equal(0,
            await Ledger.CountAsync(
                "SELECT count(*) FROM (SELECT problem_id FROM nodes WHERE state IN (1, 2) GROUP BY 1 HAVING count(*) <> 8) other_width"));
        Assert.Equal(0,
            await Ledger.CountAsync("""
                SELECT count(*) FROM v_candidates c JOIN v_nodes n USING (problem_id, node) WHERE n.state IN ('rollout', 'rollout_end')
                """));
        Assert.Equal(0,
            await Ledger.CountAsync("SELECT count(*) FROM nodes n JOIN nodes r USING (problem_id) "
                + "WHERE n.parent_no = r.no AND r.state IN (4, 5) AND n.state NOT IN (4, 5)"));
        var totals = (await new ResultQueries(Database.DataSource).TotalsAsync(job, default))!;
        Assert.Equal(await Ledger.CountAsync("SELECT sum(sampled) FROM nodes"), totals.Policy.SampledTokens);
        // Rollouts are at temperature 0: equal texts have equal rollouts.
        Assert.Equal(0,
            await Ledger.CountAsync("""
                WITH RECURSIVE texts AS (
                    SELECT problem_id, no, state, text AS path, NULL::text AS before FROM nodes WHERE parent_no = 0
                    UNION ALL
                    SELECT n.problem_id, n.no, n.state, t.path || n.text, t.path FROM nodes n
                    JOIN texts t ON t.problem_id = n.problem_id AND t.no = n.parent_no)
                SELECT count(*) FROM (
                    SELECT 1 FROM texts WHERE state IN (4, 5) GROUP BY problem_id, before HAVING count(DISTINCT path) > 1) differing
                """));
        await AssertReadOnceAsync(job);
    }

    /// <summary>No prefix went out of the caches while the search still needed it.</summary>
    async Task AssertReadOnceAsync(long job)
    {
        var totals = (await new ResultQueries(Database.DataSource).TotalsAsync(job, default))!;
        Assert.Equal((0, 0), (totals.Policy.ReencodedTokens, totals.Reward!.ReencodedTokens));
    }
}
