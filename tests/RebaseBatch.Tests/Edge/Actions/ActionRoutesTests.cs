using System.Net;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Edge.Actions;

/// <summary>The page that changes jobs, over HTTP, on a real worker.</summary>
public sealed class ActionRoutesTests(PostgresServer server) : WorkerTest(server)
{
    const string Token = "a-token-of-this-test-0123456789";

    [Fact]
    public async Task Without_a_token_there_is_no_page_and_no_action()
    {
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        using var client = new PageClient(worker.Url);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("actions")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("actions/login", ("name", "eve"), ("token", ""))).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("actions/jobs/1/cancel")).Code);
        Assert.DoesNotContain("<form", (await client.GetAsync("")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"actions\"", (await client.GetAsync("")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_token_cancels_and_retries_a_job_and_the_history_names_him()
    {
        await using var worker = await StartAsync();
        using var client = new PageClient(worker.Url);
        var job = await QueuedAsync();
        Assert.Contains("href=\"actions\"", (await client.GetAsync("")).Text, StringComparison.Ordinal);
        var login = await client.GetAsync("actions");
        Assert.Contains("type=\"password\"", login.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Cancel job", login.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.LogInAsync("ann <b>", Token)).Code);
        Assert.Contains("; path=/actions; samesite=strict; httponly", client.SetCookie!, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, client.SetCookie!, StringComparison.Ordinal);

        var page = await client.GetAsync("actions");
        Assert.Contains("ann &lt;b&gt;", page.Text, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", page.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", page.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.SendFormAsync(page, $"/actions/jobs/{job}/pause")).Code);
        Assert.True((await Jobs.ProgressAsync(job, default))!.IsPaused);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.SendFormAsync(page, $"/actions/jobs/{job}/cancel")).Code);
        Assert.Equal(JobState.Cancelled, (await Jobs.ProgressAsync(job, default))!.State);
        // At once: a status of a moment ago would offer what can't be done any more.
        var cancelled = await client.GetAsync("actions");
        Assert.Contains($"/actions/jobs/{job}/retry", cancelled.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.SendFormAsync(cancelled, $"/actions/jobs/{job}/retry")).Code);
        Assert.Equal(JobState.Queued, (await Jobs.ProgressAsync(job, default))!.State);
        var retried = (await client.GetAsync("actions")).Text;
        Assert.Contains("was put back into the queue", retried, StringComparison.Ordinal);
        Assert.Contains($"/actions/jobs/{job}/cancel", retried, StringComparison.Ordinal);
        Assert.DoesNotContain($"/actions/jobs/{job}/retry", retried, StringComparison.Ordinal);
        Assert.DoesNotContain("was put back into the queue", (await client.GetAsync("actions")).Text, StringComparison.Ordinal);

        Assert.Equal(
            [("enqueued", Actor.OfProcess.Name), ("paused", "page:ann <b>"), ("cancelled", "page:ann <b>"), ("retried", "page:ann <b>")],
            (await new EventQueries(Database.DataSource).OfJobAsync(job, default)).Select(row => (row.What, row.Who!)));
    }

    [Fact]
    public async Task Nothing_but_an_own_form_of_a_living_session_changes_a_job()
    {
        await using var worker = await StartAsync();
        using var client = new PageClient(worker.Url);
        var job = await QueuedAsync();
        var cancel = $"/actions/jobs/{job}/cancel";
        await client.LogInAsync("ann", Token);
        var page = await client.GetAsync("actions");
        var (form, cookie) = (PageClient.FormToken(page.Text, cancel), client.Cookie);

        // By GET, with the token in the address, and with a form of another action.
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync(cancel)).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"actions?token={Token}")).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync($"{cancel}?token={Token}", ("form", form))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel, ("token", Token))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync($"/actions/jobs/{job}/retry", ("form", form))).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel, ("form", form), ("form", form))).Code);

        // Of another page, and of what is no browser.
        foreach (var (origin, site) in new[]
            { ("https://evil.example", null), ("null", null), (client.Origin, "cross-site"), (client.Origin, "same-site"), (null, null),
                (null, "cross-site"), ($"{client.Origin}@evil.example", null), ((string?)"http://127.0.0.1", (string?)null) })
            Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel, origin, site, "application/x-www-form-urlencoded",
                $"form={form}")).Code);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.PostAsync(cancel, "http://evil.example", null,
            "application/x-www-form-urlencoded", $"form={form}", host: "evil.example")).Code);

        // Of another kind, and too long.
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.PostAsync(cancel, client.Origin, "same-origin", "application/json",
            $$"""{"form":"{{form}}"}""")).Code);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.PostAsync(cancel, client.Origin, "same-origin",
            "application/x-www-form-urlencoded", $"form={form}&more={new string('x', 10_000)}")).Code);

        // Of nobody, of another session, and after the end of the session.
        client.Cookie = null;
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel, ("form", form))).Code);
        client.Cookie = new string('a', 64);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel, ("form", form))).Code);
        await client.LogInAsync("eve", Token);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel, ("form", form))).Code);
        client.Cookie = cookie;
        Assert.Equal(HttpStatusCode.SeeOther, (await client.SendFormAsync(await client.GetAsync("actions"), "/actions/logout")).Code);
        client.Cookie = cookie;
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(cancel, ("form", form))).Code);
        Assert.DoesNotContain("Cancel job", (await client.GetAsync("actions")).Text, StringComparison.Ordinal);

        Assert.Equal(JobState.Queued, (await Jobs.ProgressAsync(job, default))!.State);
        Assert.Single(await new EventQueries(Database.DataSource).OfJobAsync(job, default));
    }

    [Fact]
    public async Task Wrong_tokens_are_refused_and_soon_not_even_read()
    {
        await using var worker = await StartAsync();
        using var client = new PageClient(worker.Url);
        foreach (var wrong in new[] { "", Token[..^1], Token.ToUpperInvariant(), $"{Token} ", "x" })
        {
            var reply = await client.LogInAsync("eve", wrong);
            Assert.Equal(HttpStatusCode.Forbidden, reply.Code);
            Assert.Null(client.Cookie);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.LogInAsync("ann", Token)).Code);
        Assert.Null(client.Cookie);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u202eb")]
    public async Task A_name_that_could_deceive_is_refused(string name)
    {
        await using var worker = await StartAsync();
        using var client = new PageClient(worker.Url);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.LogInAsync(name, Token)).Code);
        Assert.Null(client.Cookie);
    }

    [Fact]
    public async Task A_token_that_can_be_guessed_is_refused_and_none_is_shown()
    {
        var run = await CommandRun.In(Folder, [], "config", "show", "--set", "Rebase:Http:Token=short");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("16 to 200", run.Error, StringComparison.Ordinal);
        var shown = await CommandRun.In(Folder, [], "config", "show", "--set", $"Rebase:Http:Token={Token}");
        Assert.Equal(ExitCode.Ok, shown.Code);
        Assert.DoesNotContain(Token, shown.Out + shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_browser_a_job_is_cancelled_with_two_clicks()
    {
        await using var browser = Browser.Start();
        await using var worker = await StartAsync();
        var job = await QueuedAsync();
        var page = await browser.OpenAsync();
        await page.GoToAsync(new(worker.Url, "actions"));
        await page.EvaluateAsync<bool>($"(document.querySelector('[name=name]').value = 'ann', "
            + $"document.querySelector('[name=token]').value = '{Token}', true)");
        await page.ClickAsync("role=button[name='Log in']");
        await page.WaitForAsync("document.querySelector('details')");
        Assert.Equal("/actions", await page.EvaluateAsync<string>("location.pathname + location.search"));
        Assert.Equal("", await page.EvaluateAsync<string>("document.cookie"));
        await page.ClickAsync("summary >> nth=1");
        await page.ClickAsync($"role=button[name='Cancel job {job}']");
        await page.WaitForAsync("document.querySelector('.notice')");
        Assert.StartsWith($"Job {job} is cancelled", await page.TextAsync(".notice"), StringComparison.Ordinal);
        Assert.Equal(JobState.Cancelled, (await Jobs.ProgressAsync(job, default))!.State);
        await page.ClickAsync("role=button[name='Log out']");
        await page.WaitForAsync("document.querySelector('[name=token]')");
        Assert.Empty(await browser.ComplaintsAsync());
    }

    /// <summary>A job whose window is over: it stays in the queue.</summary>
    async Task<long> QueuedAsync()
    {
        var (spec, problems) = (Problems.Job(width: 2), new ProblemSpec[] { new("1", "1", "What is 1?", "1") });
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        await using var transaction = await ReadCommitted.BeginAsync(connection, default);
        var job = await new JobInsert(connection).InsertAsync(
            spec, problems, JobInputs.Of(spec, problems, new()), DateTimeOffset.UtcNow.AddHours(-1), default);
        await transaction.CommitAsync();
        return job;
    }

    Task<WatchedWorker> StartAsync() =>
        WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options => options.Http.Token = Token);
}
