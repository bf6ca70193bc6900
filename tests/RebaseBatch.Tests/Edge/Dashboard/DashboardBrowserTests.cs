using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

public sealed class DashboardBrowserTests(PostgresServer server) : WorkerTest(server)
{
    const string Hostile = """<img src=x onerror="window.broken=1"><script>window.broken=1</script>""";

    const string Answered = "document.querySelector('progress').value", At = "[...document.querySelectorAll('dd')].at(-1).textContent";

    [Fact]
    public async Task The_page_keeps_itself_fresh_in_a_browser_with_and_without_its_script()
    {
        await using var browser = Browser.Start();
        await using var worker =
            await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options => options.Worker.MaxSearches = 2);
        await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 3) with { Name = Hostile },
            [.. (await Problems.TakeAsync(200)).Select(problem => problem with { CustomId = $"{Hostile}{problem.CustomId}" })], default);
        var page = await browser.OpenAsync();

        await page.GoToAsync(worker.Url);
        await page.WaitForAsync("document.querySelector('progress')");
        // The same document all the time: only its part is swapped.
        await page.EvaluateAsync<bool>($"(window.mark = {{ answered: {Answered}, at: {At} }}, true)");
        await page.WaitForAsync(
            $"{Answered} > mark.answered && {At} !== mark.at && document.querySelectorAll('#searches-table tbody tr').length > 0");
        Assert.Equal("", await page.TextAsync("#connection"));

        Assert.Equal(0, await page.EvaluateAsync<int>("window.broken || 0"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.images.length"));
        Assert.StartsWith(Hostile, await page.TextAsync("#searches-table tbody th >> nth=0"), StringComparison.Ordinal);
        Assert.Equal(0,
            await page.EvaluateAsync<int>(
                "[...document.querySelectorAll('progress, table th')].filter(part => !(part.textContent || "
                    + "part.getAttribute('aria-label'))).length"));

        await page.PreferAsync("light");
        var light = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        await page.PreferAsync("dark");
        Assert.Equal("rgb(255, 255, 255)", light);
        Assert.NotEqual(light, await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));

        // Without its script, a whole new document takes the old one's place.
        var scriptless = await browser.OpenAsync(scripts: false);
        await scriptless.GoToAsync(worker.Url);
        var at = await scriptless.TextAsync("dd >> nth=-1");
        await scriptless.EvaluateAsync<int>("window.mark = 1");
        await scriptless.WaitForAsync($"!window.mark && {At} !== '{at}'");
        Assert.Empty(await browser.ComplaintsAsync());
    }

    [Fact]
    public async Task A_link_of_the_page_leads_to_the_report_of_a_job_that_has_ended()
    {
        await using var browser = Browser.Start();
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 4) with { Name = Hostile }, await Problems.TakeAsync(4), default);
        await Ledger.EndedAsync(job);
        var page = await browser.OpenAsync();

        // By keyboard. The link keeps the focus while its part of the page is swapped.
        await page.GoToAsync(worker.Url);
        var link = $"document.getElementById('reports/jobs/{job}')";
        await page.WaitForAsync(link);
        for (var i = 0; i < 20 && !await page.EvaluateAsync<bool>($"document.activeElement === {link}"); i++) await page.PressAsync("Tab");
        await page.EvaluateAsync<bool>("(window.first = document.activeElement, true)");
        await page.WaitForAsync($"!first.isConnected && document.activeElement === {link}");
        await page.PressAsync("Enter");
        await page.WaitForAsync("document.querySelector('.step')");
        Assert.Equal($"/reports/jobs/{job}", await page.EvaluateAsync<string>("location.pathname"));

        // By pointer, by the name that a screen reader says.
        await page.GoToAsync(worker.Url);
        await page.ClickAsync($"role=link[name='Report of job {job}']");
        await page.WaitForAsync("document.querySelector('.step')");
        Assert.Equal($"/reports/jobs/{job}", await page.EvaluateAsync<string>("location.pathname"));

        // Its style and its script were let in, and nothing else.
        Assert.NotEqual("", await page.EvaluateAsync<string>("getComputedStyle(document.body).getPropertyValue('--paper')"));
        await page.ClickAsync(".step >> nth=0");
        Assert.StartsWith("Step 1", await page.TextAsync(".step-text >> nth=0"), StringComparison.Ordinal);
        Assert.Equal(0, await page.EvaluateAsync<int>("window.broken || document.images.length"));
        Assert.Empty(await browser.ComplaintsAsync());
    }

    [Fact]
    public async Task A_page_whose_worker_is_gone_says_so()
    {
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        await using (var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path)) await page.GoToAsync(worker.Url);

        await page.WaitForAsync("document.getElementById('connection').textContent.includes('does not answer')");
    }
}
