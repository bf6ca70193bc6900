using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Reports;

public sealed class ReportBrowserTests
{
    [Fact]
    public async Task Steps_of_a_tree_can_be_read_and_hostile_text_stays_text()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium, chromium-browser or google-chrome is on the path");
        using var folder = new TemporaryFolder();
        folder.Write("report.html", ReportPageTests.Page(ReportPageTests.Hostile));
        await using var chromium = await Chromium.StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoToAsync(new(Path.Combine(folder.Path, "report.html")));
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>("document.readyState === 'complete' && document.querySelector('.step') !== null"));

        // By pointer the first step of the second tree, by keyboard the finished one of the first.
        await page.EvaluateAsync<bool>("document.querySelectorAll('.tree')[1].open = true");
        await page.EvaluateAsync<bool>("document.querySelectorAll('.tree')[1].querySelector('.step').dispatchEvent(new MouseEvent('click', { bubbles: true }))");
        await page.EvaluateAsync<bool>("(document.querySelectorAll('.tree')[0].querySelectorAll('.step')[1].focus(), true)");
        var read = await page.EvaluateAsync<string>("document.querySelectorAll('.tree')[1].querySelector('.step-text').textContent");
        var focused = await page.EvaluateAsync<string>("document.querySelectorAll('.tree')[0].querySelector('.step-text').textContent");

        Assert.StartsWith("Step 1, depth 1, score 0.250, 5 tokens", read, StringComparison.Ordinal);
        Assert.Contains("</script><img src=", read, StringComparison.Ordinal);
        Assert.StartsWith("Step 2, depth 2, score 0.990, finished, its answer won, 6 tokens, answer: 4", focused, StringComparison.Ordinal);
        Assert.Equal(2, await page.EvaluateAsync<int>("document.querySelectorAll('.step.chosen').length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.images.length"));
        Assert.Equal("", string.Join("\n", page.Complaints));
    }

    [Fact]
    public async Task The_paper_s_flops_give_way_to_those_of_both_models_and_paper_shows_both()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium, chromium-browser or google-chrome is on the path");
        using var folder = new TemporaryFolder();
        folder.Write("report.html", ReportPageTests.Page());
        await using var chromium = await Chromium.StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoToAsync(new(Path.Combine(folder.Path, "report.html")));
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<bool>("document.readyState === 'complete' && document.querySelector('.toggled') !== null"));

        Assert.Equal("block none", await ShownAsync());
        await page.EvaluateAsync<bool>("(document.querySelector('.toggled > .b').click(), true)");
        Assert.Equal("none block", await ShownAsync());
        await page.PrintsAsync();
        Assert.Equal("block block", await ShownAsync());

        Task<string?> ShownAsync() => page.EvaluateAsync<string>("['a', 'b'].map(part => getComputedStyle(document.querySelector('.toggled > .of-' + part)).display).join(' ')");
    }
}
