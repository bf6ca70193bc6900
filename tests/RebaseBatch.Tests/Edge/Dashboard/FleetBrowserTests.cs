using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Workers;
using Xunit;

namespace RebaseBatch.Tests.Edge.Dashboard;

public sealed class FleetBrowserTests(PostgresServer server) : WorkerTest(server)
{
    const string Hostile = """<img src=x onerror="window.broken=1">""";

    [Fact]
    public async Task The_start_page_leads_to_the_fleet_which_fits_a_phone_and_keeps_itself_fresh()
    {
        await using var browser = Browser.Start();
        await using var worker = await WatchedWorker.StartAsync(Database.DataSource, Folder.Path);
        await new WorkerStore(Database.DataSource).ReportAsync($"{Hostile}{new string('w', 150)}", [], default, new()
        {
            Host = Hostile, ProcessId = 7, Version = "1", UpSeconds = 1, IsDraining = true, MaxBatches = 2, TokensPerSecond = 1,
            Models = [new("policy", Hostile)], Devices = [new string('d', 300)],
        });
        await Jobs.EnqueueAsync(Problems.Job(width: 4) with { Name = Hostile }, await Problems.TakeAsync(4), default,
            new JobOrigin($"{Hostile}.jsonl"));
        var page = await browser.OpenAsync();
        await page.ResizeAsync(360, 740);

        await page.GoToAsync(worker.Url);
        await page.ClickAsync("#fleet");
        await page.WaitForAsync("location.pathname === '/fleet' && document.querySelectorAll('#workers-table tbody tr').length === 2");
        Assert.Contains("draining", await page.TextAsync("#workers-table"), StringComparison.Ordinal);
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(0, await page.EvaluateAsync<int>("(window.broken || 0) + document.images.length"));

        // The same document: only its part is swapped.
        await page.EvaluateAsync<bool>("(window.mark = document.querySelector('#status').firstElementChild, true)");
        await page.WaitForAsync("window.mark && !window.mark.isConnected");
        Assert.Equal("", await page.TextAsync("#connection"));
        await page.GoToAsync(new(worker.Url, "fleet/"));
        await page.WaitForAsync("location.pathname === '/fleet'");
        Assert.Empty(await browser.ComplaintsAsync());
    }
}
