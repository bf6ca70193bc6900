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
    public async Task The_paper_s_flops_and_those_of_both_models_are_beside_each_other_on_the_screen_and_on_paper()
    {
        // The first section with charts has the two charts of all policies first.
        const string Charts = "[...document.querySelectorAll('#error figure')].slice(0, 2)";
        using var folder = new TemporaryFolder();
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        await page.ResizeAsync(1280, 900);
        await page.GoToAsync(new(folder.Write("report.html", ReportPageTests.Page())));

        Assert.Equal(["Policy FLOPs (the paper's)", "Policy and reward FLOPs"],
            (await page.EvaluateAsync<string[]>($"{Charts}.map(figure => figure.querySelector('h3').textContent)"))!);
        Assert.True(await page.EvaluateAsync<bool>($"new Set({Charts}.map(figure => figure.getBoundingClientRect().top)).size === 1"));
        await page.PrintsAsync();
        Assert.True(await page.EvaluateAsync<bool>($"{Charts}.every(figure => figure.getBoundingClientRect().height > 300)"));
        Assert.Empty(await browser.ComplaintsAsync());
    }

    [Theory]
    [InlineData(360, 780)]
    [InlineData(390, 844)]
    [InlineData(768, 1024)]
    [InlineData(1280, 800)]
    [InlineData(1920, 1080)]
    public async Task Text_of_charts_has_one_size_at_every_width_and_nothing_is_cut(int width, int height)
    {
        using var folder = new TemporaryFolder();
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        await page.ResizeAsync(width, height);
        await page.GoToAsync(new(folder.Write("report.html", SamplePages.LongNames())));
        await page.EvaluateAsync<bool>("document.querySelectorAll('details').forEach(part => part.open = true)");

        // As rendered: the font's size times what the drawing is scaled by.
        var sizes = await page.EvaluateAsync<double[]>("""
            [...new Set([...document.querySelectorAll('figure text')].filter(text => text.getClientRects().length > 0).map(text => {
              const drawing = text.ownerSVGElement;
              return parseFloat(getComputedStyle(text).fontSize) * drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
            }))]
            """);
        Assert.Equal(12, Assert.Single(sizes!), 0.01);
        // Every text of a chart is within the chart, and every chart within the page, which does not scroll sideways.
        Assert.Empty((await page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('.chart text')].filter(text => text.getClientRects().length > 0).filter(text => {
              const [part, whole] = [text.getBoundingClientRect(), text.ownerSVGElement.getBoundingClientRect()];
              return part.left < whole.left - 1 || part.right > whole.right + 1 || part.bottom > whole.bottom + 1;
            }).map(text => text.textContent)
            """))!);
        Assert.Equal(0, await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('.chart')].filter(chart => chart.scrollWidth > chart.clientWidth).length"));
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        // A table that is wider than a small screen scrolls by itself; on a large one no column is cut.
        var cut = await page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('.scrolled')].filter(part => part.querySelector('table') && part.scrollWidth > part.clientWidth)
              .map(part => `${part.getAttribute('aria-label')}: ${part.scrollWidth} in ${part.clientWidth}`)
            """);
        if (width >= 1280) Assert.Empty(cut!);
        Assert.True(await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.scrolled')].every(part => getComputedStyle(part).overflowX === 'auto')"));
        Assert.Empty(await browser.ComplaintsAsync());
    }

    [Fact]
    public async Task Lines_of_one_policy_are_told_apart_by_dash_marker_and_a_letter_that_the_legend_repeats()
    {
        using var folder = new TemporaryFolder();
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        await page.ResizeAsync(1280, 900);
        await page.GoToAsync(new(folder.Write("report.html", ReportPageTests.Page())));

        // Of each entry of the first chart's legend: its letter, and what its sample looks like without the colour.
        var samples = await page.EvaluateAsync<string[][]>("""
            [...document.querySelectorAll('#error figure .legend')[0].querySelectorAll('li')].map(entry => [
              entry.querySelector('.key').textContent, entry.querySelector('g').getAttribute('class'),
              entry.querySelector('.curve').getAttribute('stroke-dasharray') + ' ' + entry.querySelector('.mark').outerHTML])
            """);
        var letters = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('#error figure svg.wide')[0].querySelectorAll('.key')].map(key => key.textContent)");

        Assert.Equal(6, samples!.Length);
        Assert.Equal(samples.Select(sample => sample[0]), letters);
        Assert.Equal(samples.Length, samples.Select(sample => sample[0]).Distinct().Count());
        Assert.All(samples.GroupBy(sample => sample[1]), policy =>
            Assert.Equal(policy.Count(), policy.Select(sample => sample[2]).Distinct().Count()));
    }
}
