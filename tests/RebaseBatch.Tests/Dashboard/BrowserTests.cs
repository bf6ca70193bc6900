using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Dashboard;

public sealed class BrowserTests(PostgresServer server) : WorkerTest(server)
{
    const string Hostile = """<img src=x onerror="window.broken=1"><script>window.broken=1</script>""";

    [Fact]
    public async Task The_page_keeps_itself_fresh_in_a_browser_with_and_without_its_script()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium, chromium-browser or google-chrome is on the path");
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path, options => options.Worker.MaxSearches = 2);
        await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 3) with { Name = Hostile },
            [.. (await Problems.TakeAsync(200)).Select(problem => problem with { CustomId = $"{Hostile}{problem.CustomId}" })], default);
        await using var chromium = await Chromium.StartAsync();
        await using var page = await chromium.OpenAsync();

        await page.GoToAsync(worker.Url);
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>("document.querySelector('progress') !== null && document.readyState === 'complete'"));
        // The same document all the time: only its part is swapped.
        await page.EvaluateAsync<int>("window.mark = 1");
        var (before, at) = (await AnsweredAsync(), await AtAsync());
        await Eventually.TrueAsync(async () => await AnsweredAsync() > before && await AtAsync() != at && await SearchesAsync() > 0);
        Assert.Equal(1, await page.EvaluateAsync<int>("window.mark"));
        Assert.Equal("", await page.EvaluateAsync<string>("document.getElementById('connection').textContent"));

        Assert.Equal(0, await page.EvaluateAsync<int>("window.broken || 0"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.images.length"));
        Assert.StartsWith(Hostile, await page.EvaluateAsync<string>("document.querySelector('#searches-table tbody th').textContent"), StringComparison.Ordinal);
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('progress, table th')].filter(part => !(part.textContent || part.getAttribute('aria-label'))).length"));

        await page.PreferAsync("light");
        var light = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        await page.PreferAsync("dark");
        Assert.Equal("rgb(255, 255, 255)", light);
        Assert.NotEqual(light, await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));

        await page.AllowScriptsAsync(false);
        await page.GoToAsync(worker.Url);
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<int>("window.mark || 0") == 0 && await AtAsync() is { Length: > 0 });
        at = await AtAsync();
        await Eventually.TrueAsync(async () => await AtAsync() is { Length: > 0 } now && now != at);
        Assert.Equal("", string.Join("\n", page.Complaints));

        Task<int> AnsweredAsync() => page.EvaluateAsync<int>("document.querySelector('progress').value");
        Task<int> SearchesAsync() => page.EvaluateAsync<int>("document.querySelectorAll('#searches-table tbody tr').length");
        Task<string?> AtAsync() => page.EvaluateAsync<string>("[...document.querySelectorAll('dd')].at(-1).textContent");
    }

    [Fact]
    public async Task A_link_of_the_page_leads_to_the_report_of_a_job_that_has_ended()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium, chromium-browser or google-chrome is on the path");
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 4) with { Name = Hostile }, await Problems.TakeAsync(4), default);
        await Ledger.EndedAsync(job);
        await using var chromium = await Chromium.StartAsync();
        await using var page = await chromium.OpenAsync();

        await page.GoToAsync(worker.Url);
        var link = $"document.getElementById('reports/jobs/{job}')";
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>($"{link} !== null && document.readyState === 'complete'"));
        // The link keeps the focus while its part of the page is swapped.
        await page.EvaluateAsync<bool>($"({link}.focus(), window.first = {link}, true)");
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>($"{link} !== window.first && document.activeElement === {link}"));
        await page.EvaluateAsync<bool>($"({link}.click(), true)");
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>("document.querySelector('.step') !== null && document.readyState === 'complete'"));

        // Its style and its script were let in, and nothing else.
        Assert.Equal($"/reports/jobs/{job}", await page.EvaluateAsync<string>("location.pathname"));
        Assert.NotEqual("", await page.EvaluateAsync<string>("getComputedStyle(document.body).getPropertyValue('--paper')"));
        await page.EvaluateAsync<bool>("(document.querySelector('.tree').open = true, document.querySelector('.step').dispatchEvent(new MouseEvent('click', { bubbles: true })))");
        Assert.StartsWith("Step 1", await page.EvaluateAsync<string>("document.querySelector('.step-text').textContent"), StringComparison.Ordinal);
        Assert.Equal(0, await page.EvaluateAsync<int>("window.broken || document.images.length"));
        Assert.Equal("", string.Join("\n", page.Complaints));
    }

    [Fact]
    public async Task A_page_whose_worker_is_gone_says_so()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium, chromium-browser or google-chrome is on the path");
        await using var chromium = await Chromium.StartAsync();
        await using var page = await chromium.OpenAsync();
        await using (var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path))
        {
            await page.GoToAsync(worker.Url);
            await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>("document.getElementById('connection') !== null && document.readyState === 'complete'"));
        }

        await Eventually.TrueAsync(async () => (await page.EvaluateAsync<string>("document.getElementById('connection').textContent"))!.Contains("does not answer", StringComparison.Ordinal));
    }
}
