using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Durable.Verification;

/// <summary>
/// Each thing that can be false in the tables is broken once, found by its check alone, and mended where other rows hold it.
/// </summary>
[Collection(SolvedSuites.Name)]
public sealed class VerifierTests(SolvedDatabase solved)
{
    const string Leaf = "(SELECT problem_id, max(no) AS no FROM nodes GROUP BY 1 ORDER BY 1 LIMIT 1)";

    [Fact]
    public async Task What_workers_leave_is_free_of_faults_and_each_check_looked_at_rows()
    {
        await using var copy = await solved.CopyAsync();
        var findings = await copy.FindAsync();
        Assert.DoesNotContain(findings, finding => finding.IsFaulty);
        Assert.All(findings.Where(finding => !finding.IsNote && finding.Check is not ("live_leases" or "outbox_rows"
            or "job_early_ends" or "job_unanswered")),
            finding => Assert.True(finding.Rows > 0, finding.Check));
    }

    [Theory]
    [InlineData("search_sums", "UPDATE searches SET node_count = node_count + 1 WHERE job_id = 1")]
    [InlineData("search_sums", "UPDATE searches SET device_seconds = device_seconds + 1 WHERE job_id = 2")]
    [InlineData("search_sums", "DELETE FROM searches WHERE job_id = 1")]
    [InlineData("job_sums", "UPDATE job_sums SET correct = correct + 1 WHERE job_id = 1")]
    [InlineData("job_sums", "UPDATE job_sums SET total_flops = total_flops + 1")]
    [InlineData("job_sums", "DELETE FROM job_sums")]
    [InlineData("job_vote_sums", "UPDATE job_vote_sums SET votes = votes + 1 WHERE method = 'majority'")]
    [InlineData("job_vote_sums", "DELETE FROM job_vote_sums")]
    [InlineData("job_early_ends", "INSERT INTO job_early_ends VALUES (1, 'max_tokens', 3)")]
    [InlineData("job_unanswered", "INSERT INTO job_unanswered VALUES (1, 'depth', 3, 4, 5)")]
    [InlineData("usage_sums", "UPDATE usage SET policy_sampled_tokens = policy_sampled_tokens + 1 WHERE job_id = 1")]
    [InlineData("usage_sums", "UPDATE usage SET reward_evaluated_tokens = 0, policy_discarded_tokens = 0 WHERE job_id = 1")]
    [InlineData("usage_sums", "UPDATE usage SET policy_cached_tokens = 7 WHERE job_id = 1")]
    [InlineData("job_sums", "UPDATE job_sums SET policy_uncounted = 0, reward_uncounted = 0")]
    [InlineData("live_leases",
        "UPDATE batches SET state = 'running', lease_owner = 'dead', lease_until = now() - interval '1 hour' WHERE job_id = 3")]
    [InlineData("job_states", "UPDATE jobs SET state = 'running', finished_at = NULL WHERE job_id = 1")]
    [InlineData("outbox_rows", "INSERT INTO outbox (job_id, batch_no) VALUES (3, 1), (3, 0), (1, 99)")]
    [InlineData("files_ordered", "DELETE FROM blobs WHERE job_id = 1 AND kind <> 'usage'")]
    public async Task A_fault_that_rows_can_mend_is_found_and_mended(string check, string fault)
    {
        await using var copy = await solved.CopyAsync();
        var sums = await copy.ScalarAsync<string>(Sums);
        await copy.ExecuteAsync(fault);
        Assert.Equal([check], await copy.FaultyAsync());
        await copy.RepairAsync();
        Assert.Empty(await copy.FaultyAsync());
        Assert.Equal(sums, await copy.ScalarAsync<string>(Sums));
    }

    [Theory]
    [InlineData("one_result", "DELETE FROM usage WHERE problem_id = 1; DELETE FROM answers WHERE problem_id = 1")]
    [InlineData("answer_and_usage", "DELETE FROM usage WHERE problem_id = 1")]
    [InlineData("rows_of_their_job", "UPDATE searches SET job_id = 2 WHERE problem_id = 1")]
    [InlineData("one_pair_of_models", "UPDATE usage SET policy_sha256 = 'other' WHERE problem_id = 1")]
    [InlineData("problem_counts", "UPDATE jobs SET problem_count = 5 WHERE job_id = 1")]
    [InlineData("resampled_steps", "UPDATE searches SET repeated_steps = 1 WHERE problem_id = 1")]
    [InlineData("node_depth", $"UPDATE nodes n SET depth = depth + 1 FROM {Leaf} l WHERE (n.problem_id, n.no) = (l.problem_id, l.no)")]
    [InlineData("node_parent", """
        UPDATE nodes SET no = no + 1000 WHERE (problem_id, no) IN (SELECT problem_id, max(parent_no) FROM nodes GROUP BY 1)
        """)]
    [InlineData("node_twice", """
        UPDATE nodes SET child_index = 0 WHERE (problem_id, parent_no) IN (SELECT problem_id, 0 FROM problems WHERE job_id = 1)
        """)]
    public async Task A_fault_that_no_row_can_mend_is_found_and_said(string check, string fault)
    {
        await using var copy = await solved.CopyAsync();
        await copy.ExecuteAsync(fault);
        Assert.Equal([check], await copy.FaultyAsync());
        await copy.RepairAsync();
        var finding = Assert.Single(await copy.FindAsync(), finding => finding.IsFaulty);
        Assert.Equal(check, finding.Check);
        Assert.NotNull(finding.WayOut);
        Assert.NotEmpty(finding.Examples);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_missing_or_damaged_is_found_and_written_again(bool damaged)
    {
        await using var copy = await solved.CopyAsync();
        var name = await copy.ScalarAsync<string>("SELECT name FROM blobs WHERE kind = 'answers' ORDER BY 1 LIMIT 1");
        var path = Path.Combine(copy.Folder, name);
        var content = await File.ReadAllTextAsync(path);
        if (damaged) await File.WriteAllTextAsync(path, content[..^1]);
        else File.Delete(path);
        Assert.Equal(["result_files"], await copy.FaultyAsync());
        await copy.RepairAsync();
        Assert.Empty(await copy.FaultyAsync());
        Assert.Equal(content, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Files_that_no_row_names_are_listed_and_are_no_fault()
    {
        await using var copy = await solved.CopyAsync();
        var folder = (await copy.ScalarAsync<string>("SELECT name FROM blobs LIMIT 1")).Split('/')[0];
        await copy.Blobs.PutOnceAsync($"{folder}/batch-0001.old.answers.jsonl", new byte[3], default);
        await copy.Blobs.PutOnceAsync("job-9-abcdef01/summary.old.json", new byte[3], default);
        var findings = (await copy.FindAsync()).ToDictionary(finding => finding.Check);
        Assert.Equal([$"{folder}/batch-0001.old.answers.jsonl"], findings["unnamed_files"].Examples);
        Assert.Equal(["job-9-abcdef01/summary.old.json"], findings["files_of_no_job"].Examples);
        Assert.Empty(await copy.FaultyAsync());
    }

    [Fact]
    public async Task A_completed_job_with_a_waiting_batch_goes_on_and_a_cancelled_one_ends_it()
    {
        await using var copy = await solved.CopyAsync();
        await copy.ExecuteAsync("UPDATE jobs SET state = 'completed', finished_at = now() WHERE job_id = 3");
        await copy.RepairAsync();
        Assert.Equal("queued", await copy.ScalarAsync<string>("SELECT state FROM jobs WHERE job_id = 3"));
        await copy.ExecuteAsync("UPDATE jobs SET state = 'cancelled', cancel_requested = true, finished_at = now() WHERE job_id = 3");
        await copy.RepairAsync();
        Assert.Equal(0, await copy.ScalarAsync<long>("SELECT count(*) FROM batches WHERE job_id = 3 AND state <> 'cancelled'"));
        Assert.Empty(await copy.FaultyAsync());
    }

    [Fact]
    public async Task A_problem_without_a_result_gets_one_from_a_retry()
    {
        await using var copy = await solved.CopyAsync();
        await copy.ExecuteAsync("DELETE FROM usage WHERE problem_id = 1; DELETE FROM answers WHERE problem_id = 1");
        Assert.Equal(1, await new JobStore(copy.Database.DataSource).RetryAsync(1, default));
        await using (await WorkerInProcess.StartAsync(copy.Database, copy.Folder))
            await Eventually.TrueAsync(async () => await copy.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0
                && await copy.ScalarAsync<long>("SELECT count(*) FROM answers WHERE job_id = 1") == 4
                && await copy.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state = 'completed'") == 3);
        Assert.Empty(await copy.FaultyAsync());
    }

    [Fact]
    public async Task Nothing_is_false_at_any_moment_while_a_worker_works()
    {
        await using var copy = await solved.CopyAsync();
        await using var worker = await WorkerInProcess.StartAsync(copy.Database, copy.Folder);
        var looks = 0;
        do
        {
            Assert.Empty((await copy.FindAsync()).Where(finding => finding.IsFaulty).SelectMany(finding => finding.Examples));
            looks++;
        }
        while (await copy.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state <> 'completed'") > 0);
        Assert.True(looks > 2, $"it looked {looks} times");
    }

    const string Sums = """
        SELECT concat_ws(' ', (SELECT json_agg((s.job_id, s.answered, s.correct, s.nodes, s.policy_sampled_tokens,
            s.policy_discarded_tokens, s.reward_evaluated_tokens, s.reward_discarded_tokens, s.total_flops) ORDER BY job_id)
                FROM job_sums s),
            (SELECT json_agg(v) FROM (SELECT * FROM job_vote_sums ORDER BY 1, 2, 3) v),
            (SELECT json_agg((s.problem_id, node_count, sampled_tokens) ORDER BY problem_id) FROM searches s))
        """;
}
