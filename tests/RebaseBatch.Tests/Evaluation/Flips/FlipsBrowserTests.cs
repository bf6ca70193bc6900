using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Tests.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Flips;

public sealed class FlipsBrowserTests
{
    [Fact]
    public async Task Both_solutions_are_read_and_a_link_to_a_tree_opens_it()
    {
        using var folder = new TemporaryFolder();
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        var content = new ReportContent(Measured.Sweep(), [], [ReportPageTests.Tree("plain"), ReportPageTests.Tree("x") with { Place = 1 }])
        {
            Flips = FlipsPageTests.Report(ReportPageTests.Hostile),
        };
        await page.GoToAsync(new(folder.Write("report.html", ReportPage.Of("flips", DateTimeOffset.UnixEpoch, [content]))));

        await page.ClickAsync(".flip >> nth=0 >> summary");
        Assert.Equal(2, await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('.flip')[0].querySelectorAll('pre')].filter(pre => pre.getClientRects().length).length"));
        await page.EvaluateAsync<bool>("document.querySelectorAll('.tree').forEach(tree => tree.open = false)");
        await page.ClickAsync(".flip >> nth=0 >> a >> nth=0");
        Assert.Equal("true false", await page.EvaluateAsync<string>(
            "[...document.querySelectorAll('.tree')].map(tree => tree.open).join(' ')"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.images.length"));
        Assert.Empty(await browser.ComplaintsAsync());
    }
}
