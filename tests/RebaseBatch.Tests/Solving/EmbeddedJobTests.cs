using RebaseBatch.Contracts;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Jobs of DORA with an embedding model, from end to end.</summary>
public sealed class EmbeddedJobTests(PostgresServer server) : WorkerTest(server)
{
    static JobSpec Spec => Problems.Job() with
    {
        Strategy = SearchStrategy.Dora,
        DoraKey = DirectionKey.Embedding,
        EmbeddingModel = "tiny-math-policy-m",
    };

    [Fact]
    public async Task The_vectors_are_stored_and_the_models_work_is_on_the_books()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await SolvedAsync(Spec, 4);
        // 128 numbers of two bytes for what may be continued, and nothing for the others.
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE state = 0 AND length(embedding) = 256") > 0);
        Assert.Equal(0, await Ledger.CountAsync("""
            SELECT count(*) FROM nodes
            WHERE (state = 0) <> (embedding IS NOT NULL) OR (state = 0) <> (embedding_evaluated > 0)
               OR (state = 0) <> (embedding_seconds > 0)
            """));

        var queries = new ResultQueries(Database.DataSource);
        await foreach (var usage in queries.UsageAsync(job))
        {
            var embedding = usage.Embedding!;
            Assert.Equal(("tiny-math-policy-m", BundledFile.Sha256("tiny-math-policy-m"), 909_440L),
                (embedding.Model, embedding.Sha256, embedding.Parameters));
            Assert.InRange(embedding.DiscardedTokens, 0, embedding.EvaluatedTokens);
            Assert.Equal(2.0 * usage.Policy.Parameters * usage.Policy.EvaluatedTokens
                + 2.0 * usage.Reward!.Parameters * usage.Reward.EvaluatedTokens
                + 2.0 * embedding.Parameters * embedding.EvaluatedTokens, usage.TotalFlops);
            Assert.Equal(embedding.Sha256, Assert.Single(usage.Environments!).Embedding!.Sha256);
        }

        var summary = (await queries.SummaryAsync(job, default))!;
        Assert.True(summary.Embedding is { EvaluatedTokens: > 0, DeviceSeconds: > 0 });
        Assert.Equal(1, await Ledger.CountAsync("""
            SELECT count(*) FROM v_cost c JOIN (
                SELECT job_id, sum(embedding_evaluated_tokens) AS tokens, sum(total_flops) AS flops FROM v_usage GROUP BY 1) u
                USING (job_id)
            WHERE c.embedding_evaluated_tokens = u.tokens AND abs(c.total_flops - u.flops) < 1
            """));
        Assert.Equal(BundledFile.Sha256("tiny-math-policy-m"),
            (await new RebaseBatch.Durable.Environments.EnvironmentStore(Database.DataSource).PinnedAsync(job, default))!.Embedding);
    }

    [Fact]
    public async Task A_job_without_one_has_no_trace_of_it()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await SolvedAsync(Problems.Job(), 2);
        var queries = new ResultQueries(Database.DataSource);
        await foreach (var usage in queries.UsageAsync(job)) Assert.Null(usage.Embedding);
        Assert.Null((await queries.SummaryAsync(job, default))!.Embedding);
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE embedding IS NOT NULL OR embedding_evaluated > 0"));
        Assert.Equal(1, await Ledger.CountAsync("SELECT count(*) FROM v_cost WHERE embedding_evaluated_tokens IS NULL"));
    }
}
