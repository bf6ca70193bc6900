using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

public sealed class ReportBrowserTests
{
    [Fact]
    public async Task Steps_of_a_tree_can_be_read_and_hostile_text_stays_text()
    {
        const string First = ".tree >> nth=0 >> ", Second = ".tree >> nth=1 >> ";
        using var folder = new TemporaryFolder();
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        await page.GoToAsync(new(folder.Write("report.html", ReportPageTests.Page(ReportPageTests.Hostile))));

        // By pointer the first step of the second tree, by keyboard the finished one of the first.
        await page.ClickAsync($"{Second}summary");
        await page.ClickAsync($"{Second}.step >> nth=0");
        await page.ClickAsync($"{First}.step >> nth=0");
        await page.PressAsync("Tab");
        var read = await page.TextAsync($"{Second}.step-text");
        var focused = await page.TextAsync($"{First}.step-text");
        // Some screen readers click without a focus.
        await page.EvaluateAsync<bool>("document.querySelectorAll('.step')[2].dispatchEvent(new MouseEvent('click', { bubbles: true }))");
        var clicked = await page.TextAsync($"{First}.step-text");

        Assert.StartsWith("Step 1, depth 1, score 0.250, 5 tokens", read, StringComparison.Ordinal);
        Assert.Contains("</script><img src=", read, StringComparison.Ordinal);
        Assert.StartsWith("Step 2, depth 2, score 0.990, finished, its answer won, 6 tokens, answer: 4", focused, StringComparison.Ordinal);
        Assert.StartsWith("Step 3, depth 2", clicked, StringComparison.Ordinal);
        Assert.Equal(2, await page.EvaluateAsync<int>("document.querySelectorAll('.step.chosen').length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.images.length"));
        Assert.Empty(await browser.ComplaintsAsync());
    }

    [Fact]
    public async Task The_paper_s_flops_give_way_to_those_of_both_models_and_paper_shows_both()
    {
        using var folder = new TemporaryFolder();
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        await page.GoToAsync(new(folder.Write("report.html", ReportPageTests.Page())));

        Assert.Equal("block none", await ShownAsync());
        await page.ClickAsync(".toggled >> nth=0 >> label >> nth=1");
        Assert.Equal("none block", await ShownAsync());
        await page.PressAsync("ArrowLeft");
        Assert.Equal("block none", await ShownAsync());
        await page.PrintsAsync();
        Assert.Equal("block block", await ShownAsync());
        Assert.Empty(await browser.ComplaintsAsync());

        Task<string?> ShownAsync() =>
            page.EvaluateAsync<string>(
                "['a', 'b'].map(part => getComputedStyle(document.querySelector('.toggled > .of-' + part)).display).join(' ')");
    }
}
