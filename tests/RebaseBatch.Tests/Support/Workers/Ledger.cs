using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Verification;
using Xunit;

namespace RebaseBatch.Tests.Support.Workers;

/// <summary>What must be true of the tables after every fault, whatever was killed.</summary>
sealed class Ledger(NpgsqlDataSource db)
{
    public sealed record StoredStep(long ProblemId, int No, long LeaseEpoch, string Tokens, DateTime CreatedAt);

    public async Task<IReadOnlyList<StoredStep>> StepsAsync()
    {
        await using var connection = await db.OpenConnectionAsync();
        return (await connection.QueryAsync<StoredStep>("""
            SELECT problem_id AS "ProblemId", no AS "No", lease_epoch AS "LeaseEpoch", tokens::text AS "Tokens", created_at AS "CreatedAt"
            FROM nodes ORDER BY 1, 2
            """)).AsList();
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    /// <summary>Waits until the job has ended and its files are there.</summary>
    public async Task<JobProgress> EndedAsync(long job)
    {
        var jobs = new JobStore(db);
        await Eventually.TrueAsync(async () => (await jobs.ProgressAsync(job, default))!.Ended);
        return (await jobs.ProgressAsync(job, default))!;
    }

    /// <summary>Makes every answer wrong and without votes, as if an older grader had judged it.</summary>
    /// <returns>How many were right.</returns>
    public async Task<long> SpoilVerdictsAsync()
    {
        var right = await CountAsync("SELECT count(*) FROM answers WHERE correct");
        await using var connection = await db.OpenConnectionAsync();
        await connection.ExecuteAsync("UPDATE answers SET correct = false, answer = 'x', votes = '[]', grader_version = 'of old' "
            + "WHERE error IS NULL");
        return right;
    }

    /// <summary>
    /// Every problem has its one result, no stored step was sampled again, usage is the sum over the stored steps and the jobs' sums those
    /// over the answers, nobody holds a lease, every file is there.
    /// </summary>
    public Task AssertWholeAsync(long problems, string resultsFolder) =>
        AssertWholeAsync(problems, new FolderResultBlobs(resultsFolder),
            name => Task.FromResult(File.ReadAllText(Path.Combine(resultsFolder, name))));

    /// <summary>What <c>db verify</c> proves: no row is false, and every file is there. For every test at its end, whatever failed in it.
    /// </summary>
    public async Task AssertNothingFalseAsync(IResultBlobs blobs)
    {
        var findings = await new Verifier(db, blobs).RunAsync(TimeSpan.FromSeconds(30), default);
        Assert.Empty(findings.Where(finding => finding.IsFaulty).SelectMany(finding => finding.Examples));
    }

    /// <inheritdoc cref="AssertWholeAsync(long, string)"/>
    /// <param name="read">The text of a result file, by its name.</param>
    public async Task AssertWholeAsync(long problems, IResultBlobs blobs, Func<string, Task<string>> read)
    {
        await AssertNothingFalseAsync(blobs);
        Assert.Equal(problems, await CountAsync("SELECT count(*) FROM problems"));
        Assert.Equal(problems, await CountAsync("SELECT count(*) FROM answers WHERE error IS NULL"));
        Assert.Equal(problems, await CountAsync("SELECT count(*) FROM usage"));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM batches WHERE state <> 'completed' OR lease_owner IS NOT NULL"));
        Assert.Equal(0, await CountAsync("SELECT sum(repeated_steps) FROM searches"));
        Assert.Equal(0, await CountAsync("""
            SELECT count(*) FROM usage u JOIN (
                SELECT problem_id, sum(sampled) AS sampled, sum(policy_evaluated) AS policy,
                       sum(reward_evaluated) AS reward, count(*) AS nodes,
                       sum(policy_reencoded) AS policy_again, sum(reward_reencoded) AS reward_again,
                       sum(policy_seconds) AS seconds, sum(reward_seconds) AS reward_seconds,
                       sum(embedding_evaluated) AS embedding, sum(embedding_seconds) AS embedding_seconds,
                       CASE WHEN bool_and(policy_cached IS NOT NULL OR policy_evaluated = 0) THEN sum(policy_cached) END AS policy_held,
                       CASE WHEN bool_and(reward_cached IS NOT NULL OR reward_evaluated = 0) THEN sum(reward_cached) END AS reward_held
                FROM nodes GROUP BY 1) n USING (problem_id)
            WHERE (u.policy_sampled_tokens, u.policy_evaluated_tokens, coalesce(u.reward_evaluated_tokens, 0),
                  u.policy_reencoded_tokens, coalesce(u.reward_reencoded_tokens, 0), u.nodes,
                  u.policy_cached_tokens, u.reward_cached_tokens, coalesce(u.embedding_evaluated_tokens, 0))
                  IS DISTINCT FROM (n.sampled, n.policy, n.reward, n.policy_again, n.reward_again, n.nodes, n.policy_held, n.reward_held,
                  n.embedding)
               OR abs(coalesce(u.embedding_device_seconds, 0) - n.embedding_seconds) > 1e-6
               OR abs(u.policy_device_seconds - n.seconds) > 1e-6
               OR abs(coalesce(u.reward_device_seconds, 0) - n.reward_seconds) > 1e-6
               OR u.policy_discarded_tokens > n.sampled
            """));
        Assert.Equal(0,
            await CountAsync(
                "SELECT count(*) FROM searches s WHERE node_count <> (SELECT count(*) FROM nodes n WHERE n.problem_id = s.problem_id)"));
        Assert.Equal(0, await CountAsync("""
            SELECT count(*) FROM searches s
            WHERE abs(device_seconds - (
                SELECT sum(policy_seconds + reward_seconds + embedding_seconds) FROM nodes n WHERE n.problem_id = s.problem_id)) > 1e-6
            """));
        Assert.Equal(0, await CountAsync("""
            SELECT count(*) FROM job_sums s JOIN (
                SELECT u.job_id, count(*) AS answered, count(*) FILTER (WHERE a.correct) AS correct,
                    count(*) FILTER (WHERE a.failed) AS failed, count(p.gold_answer) FILTER (WHERE NOT a.failed) AS graded,
                    count(*) FILTER (WHERE a.answer IS NULL AND NOT a.failed) AS unanswered,
                    sum(u.nodes) AS nodes, sum(u.policy_sampled_tokens) AS sampled, sum(u.total_flops::numeric) AS flops
                FROM answers a JOIN usage u USING (problem_id) JOIN problems p USING (problem_id) GROUP BY 1) r USING (job_id)
            WHERE (s.answered, s.correct, s.failed, s.graded, s.unanswered, s.nodes, s.policy_sampled_tokens, s.total_flops)
                <> (r.answered, r.correct, r.failed, r.graded, r.unanswered, r.nodes, r.sampled, r.flops)
            """));
        await AssertFilesAsync(read);
    }

    async Task AssertFilesAsync(Func<string, Task<string>> read)
    {
        await using var connection = await db.OpenConnectionAsync();
        var wanted = (await connection.QueryAsync<string>("SELECT custom_id || ' of job ' || job_id FROM problems ORDER BY 1")).AsList();
        var names = (await connection.QueryAsync<string>("SELECT name FROM blobs WHERE kind = 'answers'")).AsList();
        var texts = await Task.WhenAll(names.Select(read));
        var written = texts.SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => $"{line.GetProperty("custom_id").GetString()} of job {line.GetProperty("job_id").GetInt64()}");
        Assert.Equal(wanted.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }
}
