using System.Net;
using System.Text.Json;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

public sealed class FlipRoutesTests(PostgresServer server)
{
    const string Hostile = """</script><img src=x onerror="alert(1)">""";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_runs_have_a_page_and_the_command_s_json()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var first = await bench.EnqueueAsync(6);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var second = await bench.EnqueueAsync(6);
        await bench.AnswerAllAsync(problem => problem.Ordinal > 0 ? problem.Spec.GoldAnswer : Hostile);
        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);

        using var served = await worker.SendAsync(HttpMethod.Get, $"flips?first={first}&second={second}");
        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"),
            (served.StatusCode, served.Content.Headers.ContentType!.ToString()));
        Assert.Equal($"{ReportPage.ContentSecurityPolicy}; frame-ancestors 'none'",
            Assert.Single(served.Headers.GetValues("Content-Security-Policy")));
        var page = await served.Content.ReadAsStringAsync(Ct);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x", page, StringComparison.Ordinal);
        Assert.Contains("1 answer was lost and 0 won.", page, StringComparison.Ordinal);

        var json = await worker.GetAsync($"flips.json?first={first}&second={second}");
        Assert.Equal(Hostile, JsonDocument.Parse(json).RootElement.GetProperty("flips")[0].GetProperty("second_answer").GetString());
        var command = await bench.RunAsync("compare", "runs", $"{first}", $"{second}", "--format", "json");
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(command.Out).RootElement, JsonDocument.Parse(json).RootElement));
    }

    [Fact]
    public async Task A_link_to_a_tree_opens_it_while_its_steps_are_stored()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var (first, second) = (await bench.EnqueueAsync(2), 0L);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        second = await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(_ => "wrong");
        await using (var steps = bench.DataSource.CreateCommand($"""
            INSERT INTO searches (problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens)
                SELECT problem_id, job_id, 1, 1, 1, 4 FROM problems WHERE job_id = {second} AND ordinal = 0;
            INSERT INTO nodes (problem_id, no, parent_no, depth, child_index, state, score, sampled, policy_evaluated, reward_evaluated,
                lease_epoch, tokens, text)
                SELECT problem_id, 1, 0, 1, 0, 1, 0.5, 4, 4, 4, 1, ARRAY[1], 'The one step' FROM problems
                WHERE job_id = {second} AND ordinal = 0
            """))
            await steps.ExecuteNonQueryAsync(Ct);
        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);

        var page = await worker.GetAsync($"flips?first={first}&second={second}");
        Assert.Contains($"""href="reports/jobs/{second}/trees/0" """.TrimEnd(), page, StringComparison.Ordinal);
        Assert.DoesNotContain($"reports/jobs/{first}/trees", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"reports/jobs/{second}/trees/1", page, StringComparison.Ordinal);
        Assert.Contains("The one step", await worker.GetAsync($"reports/jobs/{second}/trees/0"), StringComparison.Ordinal);
        using var none = await worker.SendAsync(HttpMethod.Get, $"reports/jobs/{second}/trees/1");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.StartsWith($"Job {second} has no tree to show for problem 2 of its dataset", await none.Content.ReadAsStringAsync(Ct),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_runs_it_lists_what_to_choose_from_and_its_links_lead_to_the_flips()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        bench.Folder.Write("night.yaml", $"name: '{Hostile}'\n" + """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies: [rebase]
            """);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml")).Code);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "add", "a/b night", "--cron", "0 1 * * *", "--sweep", "night.yaml",
            "--baseline", "1", "--fresh")).Code);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "run-now", "a/b night")).Code);
        await bench.AnswerAllAsync(_ => "wrong");
        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);

        var choice = await worker.GetAsync("flips");
        Assert.DoesNotContain("<img", choice, StringComparison.Ordinal);
        foreach (var address in (string[])["flips?first=sweep:1", "flips?second=sweep:2", "flips?first=1", "flips?second=2"])
            Assert.Contains($"href=\"{address}\"", choice, StringComparison.Ordinal);
        Assert.Contains("href=\"flips?first=sweep:1&amp;second=sweep:2\"", await worker.GetAsync("flips?first=sweep:1"),
            StringComparison.Ordinal);
        Assert.Contains("href=\"flips?first=1&amp;second=2\"", await worker.GetAsync("flips?second=2"), StringComparison.Ordinal);
        Assert.Contains("href=\"flips?schedule=a%2Fb%20night\"", choice, StringComparison.Ordinal);
        Assert.Contains("1 answer was lost", await worker.GetAsync("flips?schedule=a%2Fb%20night"), StringComparison.Ordinal);

        var start = await worker.GetAsync("fragment");
        foreach (var address in (string[])["flips", "flips?second=sweep:1", "flips?second=sweep:2", "flips?schedule=a%2Fb%20night"])
            Assert.Contains($"href=\"{address}\"", start, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_database_has_nothing_to_choose_from_and_says_so()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);
        var page = await worker.GetAsync("flips");
        Assert.Contains("No sweep has ended jobs.", page, StringComparison.Ordinal);
        Assert.Contains("No job has ended.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flips.json", HttpStatusCode.BadRequest, "Name two runs, as in flips?first=7&second=8")]
    [InlineData("flips?first=7&second=eight", HttpStatusCode.BadRequest, "Name two runs")]
    [InlineData("flips?first=seven&second=8", HttpStatusCode.BadRequest, "Name two runs")]
    [InlineData("flips?first=98&second=99", HttpStatusCode.NotFound, "There is no job 98 in this database")]
    [InlineData("flips.json?first=sweep:98&second=sweep:99", HttpStatusCode.NotFound, "There is no sweep 98 in this database")]
    [InlineData("flips?schedule=nightly", HttpStatusCode.NotFound, "There is no schedule 'nightly'")]
    public async Task What_has_no_flips_says_why_in_one_sentence(string path, HttpStatusCode status, string sentence)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);
        using var response = await worker.SendAsync(HttpMethod.Get, path);
        Assert.Equal(status, response.StatusCode);
        Assert.StartsWith(sentence, await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }
}
