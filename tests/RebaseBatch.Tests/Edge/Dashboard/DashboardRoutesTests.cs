using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Edge.Dashboard;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

public sealed class DashboardRoutesTests(PostgresServer server) : WorkerTest(server)
{
    const string Hostile = """<img src=x onerror="alert(1)">'&{{}}""", HostileName = "</style><script>alert(2)</script>";

    [Fact]
    public async Task A_running_job_and_its_searches_can_be_watched()
    {
        await using var worker =
            await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options => options.Worker.MaxSearches = 2);
        // Far more problems than the worker solves during the test; the rest is abandoned at its end.
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 3) with { Name = "nightly" },
            await Problems.TakeAsync(200), default);
        WorkerStatus status = null!;
        await Eventually.TrueAsync(async () =>
        {
            status = await worker.StatusAsync();
            return status is
            {
                Searches: [{ Depth: > 0, Steps: > 0 }, ..],
                Jobs: [{ Answered: > 0, SampledTokens: > 0, SecondsLeft: > 0, Files: not null }], SampledTokensPerSecond: > 0
            };
        });

        var shown = Assert.Single(status.Jobs);
        Assert.Equal((job, "nightly", "running", SearchStrategy.Rebase, 16, 200),
            (shown.JobId, shown.Name, shown.State, shown.Strategy, shown.Width, shown.Problems));
        Assert.StartsWith($"{Folder.Path}/job-{job}-", shown.Files, StringComparison.Ordinal);
        Assert.InRange(shown.Accuracy!.Value, shown.AccuracyLow!.Value, shown.AccuracyHigh!.Value);
        Assert.InRange(status.SearchesInFlight, 1, 2);
        Assert.All(status.Searches, search =>
        {
            Assert.Equal((job, SearchStrategy.Rebase, 16), (search.JobId, search.Strategy, search.Width));
            Assert.InRange(search.RemainingWidth, 1, 16);
            Assert.True(search.Steps == 0 || search.SampledTokens > 0);
        });
        Assert.Equal(["policy", "reward"], status.Models.Select(model => model.Role).Order());
        Assert.All(status.Models,
            model => Assert.True(model is { TokensPerSecond: > 0, BatchFill: > 0 and <= 1, BranchesPerCall: >= 1, CellsUsed: > 0 }
                && model.CellsUsed <= model.Cells, model.ToString()));
    }

    [Fact]
    public async Task The_page_and_the_json_say_the_same()
    {
        await using var worker =
            await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options => options.Worker.MaxSearches = 2);
        await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 3), await Problems.TakeAsync(200), default);
        await Eventually.TrueAsync(async () =>
        {
            // The two can be compared only if both come from the same reading, of which there is one a second.
            var status = await worker.StatusAsync();
            return status.Searches.Count > 0 && Page.Fragment(status).Markup == await worker.GetAsync("fragment");
        });
        Assert.Contains("<meta http-equiv=\"refresh\" content=\"2\">", await worker.GetAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_errors_that_are_markup_are_shown_as_the_text_they_are()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        var tooLong = new ProblemSpec(Hostile, "q", string.Concat(Enumerable.Repeat("Mia has 3 books. ", 120)), "3");
        await Ledger.EndedAsync(await Jobs.EnqueueAsync(Problems.Job(width: 1) with { Name = HostileName }, [tooLong], default));
        await using (var connection = await Database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("UPDATE answers SET error = error || @Hostile", new { Hostile });

        await Eventually.TrueAsync(async () => (await worker.StatusAsync()).Failures is [var failure]
            && failure.Reason.EndsWith(Hostile, StringComparison.Ordinal));
        var failure = Assert.Single((await worker.StatusAsync()).Failures);
        Assert.Equal((Hostile, 1), (failure.CustomId, failure.Problems));
        Assert.NotNull(failure.At);
        foreach (var page in new[] { await worker.GetAsync(""), await worker.GetAsync("fragment") })
        {
            Assert.Contains("&lt;img src=x onerror=", page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(2)", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("<", await worker.GetAsync("api/status.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_attempt_is_shown_with_its_reason_until_the_batch_is_made_good_or_given_up()
    {
        var job = await Jobs.EnqueueAsync(Problems.Job(), await Problems.TakeAsync(2), default);
        var leases = new LeaseStore(Database.DataSource);
        var lease = Assert.Single(await leases.ClaimAsync("other", 1, TimeSpan.FromMinutes(1), default));
        Assert.True(await leases.FailAsync(lease, "no luck", TimeSpan.FromHours(1), default));
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        WorkerStatus status = null!;
        // Jobs and failures are read by separate statements: the failure may appear one reading before the job's remark.
        await Eventually.TrueAsync(
            async () => (status = await worker.StatusAsync()) is { Failures.Count: > 0, Jobs: [{ Remark: not null }] });
        var failure = Assert.Single(status.Failures);
        Assert.Equal((job, 1, null, 0), (failure.JobId, failure.BatchNo, failure.CustomId, failure.Problems));
        Assert.Equal("no luck", failure.Reason);
        Assert.Contains("waiting after a failed attempt", status.Jobs[0].Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_no_worker_can_serve_says_why()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        await Jobs.EnqueueAsync(Problems.Job() with { Policy = "/no/such/policy.gguf" }, await Problems.TakeAsync(2), default);
        WorkerStatus status = null!;
        await Eventually.TrueAsync(async () => (status = await worker.StatusAsync()).Jobs is [{ Remark: { } remark }]
            && remark.Contains("no worker can serve it", StringComparison.Ordinal));
        Assert.Contains("/no/such/policy.gguf", status.Jobs[0].Remark, StringComparison.Ordinal);
        Assert.Empty(status.Failures);
    }

    [Fact]
    public async Task A_job_that_a_newer_version_enqueued_hides_no_other()
    {
        await Jobs.EnqueueAsync(Problems.Job(), await Problems.TakeAsync(1), default);
        await using (var connection = await Database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("UPDATE jobs SET spec = jsonb_set(spec, '{strategy}', '\"of tomorrow\"')");
        var ours = await Jobs.EnqueueAsync(Problems.Job(width: 1), await Problems.TakeAsync(1), default);
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        await Eventually.TrueAsync(async () => (await worker.StatusAsync()).Jobs is [{ State: "completed" } job] && job.JobId == ours);
        Assert.Contains((await worker.StatusAsync()).Failures,
            failure => failure is { BatchNo: null, Reason: var reason } && reason.Contains("newer version", StringComparison.Ordinal));
    }
}
