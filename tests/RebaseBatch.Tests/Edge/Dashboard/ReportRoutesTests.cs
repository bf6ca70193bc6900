using System.Net;
using System.Text.RegularExpressions;
using Npgsql;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

public sealed partial class ReportRoutesTests(PostgresServer server)
{
    const string Hostile = """</style><script>alert(2)</script><img src=x onerror="alert(1)">'&{{}}""";

    const string Sweep = """
        datasets: set.jsonl
        policies: [tiny-math-policy-s]
        rewards: [tiny-math-prm]
        strategies:
          - strategy: rebase
            widths: [2, 4]
        """;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_is_the_page_that_the_command_writes_but_for_the_time_of_its_making()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(6, "--name", Hostile);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 3 ? problem.Spec.GoldAnswer : "wrong");
        bench.Folder.Write("night.yaml", Sweep);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml")).Code);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);

        foreach (var (path, run) in new[] { ("reports/newest", (string[])[]), ($"reports/jobs/{job}", [$"{job}"]),
            ("reports/sweeps/1", ["sweep:1"]) })
        {
            var command = await bench.RunAsync(["report", "-o", "page.html", .. run]);
            Assert.True(command.Code == ExitCode.Ok, command.Error);
            using var served = await worker.SendAsync(HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.Equal("text/html; charset=utf-8", served.Content.Headers.ContentType!.ToString());
            Assert.Equal($"{ReportPage.ContentSecurityPolicy}; frame-ancestors 'none'",
                Assert.Single(served.Headers.GetValues("Content-Security-Policy")));
            Assert.DoesNotContain("unsafe", ReportPage.ContentSecurityPolicy, StringComparison.Ordinal);
            var page = await served.Content.ReadAsStringAsync(Ct);
            Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.Equal(WithoutTime(await File.ReadAllTextAsync(Path.Combine(bench.Folder.Path, "page.html"), Ct)), WithoutTime(page));
        }
        Assert.Contains("&lt;img src=x", await worker.GetAsync($"reports/jobs/{job}"), StringComparison.Ordinal);

        var status = await worker.StatusAsync();
        Assert.Equal("reports/newest", status.NewestReport);
        Assert.Equal((1, 2, 2, "reports/sweeps/1"), Assert.Single(status.Sweeps) is var sweep
            ? (sweep.SweepId, sweep.Jobs, sweep.Ended, sweep.Report) : default);
        Assert.All(status.Jobs, shown => Assert.Equal($"reports/jobs/{shown.JobId}", shown.Report));
        var fragment = await worker.GetAsync("fragment");
        foreach (var link in (IEnumerable<string>)["reports/newest", "reports/sweeps/1", .. status.Jobs.Select(shown => shown.Report!)])
            Assert.Contains($"""href="{link}" """.TrimEnd(), fragment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_report_says_why_in_one_sentence()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);
        Assert.Null((await worker.StatusAsync()).NewestReport);
        await RefusedAsync(HttpStatusCode.NotFound, "There is no ended job in this database", "reports/newest");
        await RefusedAsync(HttpStatusCode.NotFound, "There is no job 99 in this database", "reports/jobs/99");
        await RefusedAsync(HttpStatusCode.NotFound, "There is no sweep 99 in this database", "reports/sweeps/99");
        foreach (var nothing in new[] { "reports", "reports/", "reports/jobs/", "reports/jobs/7/8", "reports/jobs/seven",
            "reports/jobs/99999999999999999999", "reports/files/7" })
            await RefusedAsync(HttpStatusCode.NotFound, "There is nothing here.", nothing);

        // No worker can serve it, so it waits.
        var jobs = new RebaseBatch.Durable.Jobs.JobStore(bench.DataSource);
        var job = await jobs.EnqueueAsync(Problems.Job() with { Policy = "/no/such/policy.gguf" }, await Problems.TakeAsync(2), Ct);
        await Eventually.TrueAsync(async () => (await worker.StatusAsync()).Jobs is [{ Remark: not null }]);
        await RefusedAsync(HttpStatusCode.Conflict, $"Job {job} has not ended", $"reports/jobs/{job}");
        Assert.Null(Assert.Single((await worker.StatusAsync()).Jobs).Report);
        await jobs.CancelAsync(job, Ct);
        // The worker may have a batch of it at this moment: it ends at its next renewal.
        await Eventually.TrueAsync(async () => (await jobs.ProgressAsync(job, Ct))?.FinishedAt is not null);
        await RefusedAsync(HttpStatusCode.Conflict, "None of these jobs can be measured", $"reports/jobs/{job}");

        async Task RefusedAsync(HttpStatusCode status, string sentence, string path)
        {
            using var response = await worker.SendAsync(HttpMethod.Get, path);
            var body = await response.Content.ReadAsStringAsync(Ct);
            Assert.Equal((status, "text/plain; charset=utf-8"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
            Assert.StartsWith(sentence, body, StringComparison.Ordinal);
            Assert.Equal(body.Length - 1, body.IndexOf('\n', StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_and_not_kept()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        using var proxy = new TcpProxy(bench.ConnectionString);
        await using var db = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var worker = await WatchedWorker.StartAsync(db, bench.Folder.Path);

        proxy.Refuses = true;
        proxy.CloseAll();
        using var refused = await worker.SendAsync(HttpMethod.Get, "reports/newest");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.StartsWith("The database ", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        proxy.Refuses = false;
        await Eventually.TrueAsync(async () =>
        {
            using var served = await worker.SendAsync(HttpMethod.Get, "reports/newest");
            return served.StatusCode == HttpStatusCode.OK;
        });
    }

    static string WithoutTime(string page)
    {
        Assert.Single(Made().Matches(page));
        return Made().Replace(page, "");
    }

    [GeneratedRegex(@"Made \d{4}-\d\d-\d\d \d\d:\d\d UTC")]
    private static partial Regex Made();
}
