using System.Xml.Linq;
using RebaseBatch.Evaluation.History;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.History;

public sealed class HistoryPageTests
{
    [Fact]
    public void Each_night_is_a_row_and_a_night_without_a_verdict_says_why()
    {
        var page = Read(Page(SampleHistory.Of()));
        var rows = page.Descendants("section").Single(part => part.Attribute("id")!.Value == "nights").Descendants("tbody").First()
            .Elements("tr").Select(row => row.Elements("td").Select(cell => cell.Value.Trim()).ToArray()).ToList();
        Assert.Equal(10, rows.Count);
        Assert.Equal(["2026-10-07 01:00", "BLOCK", $"because of {SampleHistory.Hostile}", "8", "4.3 points", "24", "18",
            "2 of 2", "400", ""], rows[3]);
        Assert.Equal(["– no verdict", SampleHistory.Unjudged], rows[5][1..3]);
        Assert.Equal(["1 of 2", "200", ""], rows[2][7..]);
        Assert.Contains("of 10 of 12 runs of the schedule", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_has_a_sign_for_each_answer_and_a_gap_for_each_night_without_one()
    {
        var chart = Read(Page(SampleHistory.Of())).Descendants("svg").First(part => part.Attribute("class")?.Value == "wide");
        var notes = chart.Descendants("title").Select(note => note.Value).ToList();
        Assert.Equal(10, notes.Count);
        Assert.Contains($"2026-10-05 01:00Z, sweep 6\n{SampleHistory.Unjudged}", notes);
        Assert.Contains("2026-10-07 01:00Z, sweep 8\nBLOCK: as it is\n44.0 % (37.3 to 50.9) of 200 problems, 12 lost, 9 won; "
            + "baseline 62.0 % (55.1 to 68.4), tolerated down to 57.0 %", notes);
        // By its shape alone: a square blocks, and nothing was compared in the night with the cross.
        Assert.Equal((1, 1, 2, 1), (chart.Descendants("rect").Count(), chart.Descendants("path").Count(IsCross),
            chart.Descendants("path").Count(path => path.Attribute("stroke-dasharray")?.Value == "7 4") - 1,
            chart.Descendants("circle").Count(mark => mark.Attribute("class")!.Value == "mark hollow")));

        static bool IsCross(XElement path) => path.Attribute("class")?.Value == "mark cross";
    }

    [Fact]
    public void Links_lead_to_a_worker_s_page_or_commands_are_named()
    {
        var known = Page(SampleHistory.Of(), NightLinks.To(sweep => new($"https://rebase.example.org/x/reports/sweeps/{sweep}")));
        Assert.Contains("href=\"https://rebase.example.org/x/reports/sweeps/8\"", known, StringComparison.Ordinal);
        Assert.Contains("href=\"https://rebase.example.org/x/flips?first=sweep:1&amp;second=sweep:8\"", known, StringComparison.Ordinal);
        Assert.DoesNotContain("rebase compare runs", known, StringComparison.Ordinal);
        Assert.Contains("rebase compare runs sweep:1 sweep:11", Page(SampleHistory.Of()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(360, 780, 10)]
    [InlineData(1280, 800, 10)]
    [InlineData(1280, 800, 60)]
    public async Task The_page_fits_a_phone_and_a_screen_and_hostile_text_stays_text(int width, int height, int nights)
    {
        using var folder = new TemporaryFolder();
        await using var browser = Browser.Start();
        var page = await browser.OpenAsync();
        await page.ResizeAsync(width, height);
        await page.GoToAsync(new(folder.Write("nights.html", Page(SampleHistory.Of(nights)))));

        // As rendered: the font's size times what the drawing is scaled by.
        var sizes = await page.EvaluateAsync<double[]>("""
            [...new Set([...document.querySelectorAll('figure text')].filter(text => text.getClientRects().length > 0).map(text => {
              const drawing = text.ownerSVGElement;
              return parseFloat(getComputedStyle(text).fontSize) * drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
            }))]
            """);
        Assert.Equal(12, Assert.Single(sizes!), 0.01);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        // Labels of one chart never lie over each other, and the newest night always has one.
        Assert.Equal(0, await page.EvaluateAsync<int>("""
            [...document.querySelectorAll('.chart svg')].filter(chart => chart.getClientRects().length > 0).map(chart => {
              const boxes = [...chart.querySelectorAll('text.label')].map(text => text.getBoundingClientRect());
              return boxes.filter((one, i) => boxes.some((other, j) => j > i && one.left < other.right && other.left < one.right
                && one.top < other.bottom && other.top < one.bottom)).length;
            }).reduce((sum, count) => sum + count, 0)
            """));
        var newest = $"{SampleHistory.Of(nights).Nights[^1].DueAt:MM-dd}";
        Assert.True(await page.EvaluateAsync<bool>(
            $"[...document.querySelectorAll('.chart svg')].every(chart => chart.textContent.includes('{newest}'))"));
        if (width >= 1280)
            Assert.Equal(0, await page.EvaluateAsync<int>("""
                [...document.querySelectorAll('#nights > .scrolled')].filter(part => part.scrollWidth > part.clientWidth).length
                """));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.images.length"));
        Assert.Empty(await browser.ComplaintsAsync());
    }

    static string Page(ScheduleHistory history, NightLinks? links = null) =>
        HistoryPage.Of(history, DateTimeOffset.UnixEpoch, links ?? NightLinks.To(_ => null));

    static XDocument Read(string page)
    {
        if (Environment.GetEnvironmentVariable("KEEP_PAGE") is { } path) File.WriteAllText(path, page);
        return XDocument.Parse(page[(page.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }
}
