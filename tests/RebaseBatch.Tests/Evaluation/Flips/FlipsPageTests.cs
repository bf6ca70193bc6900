using System.Xml;
using System.Xml.Linq;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Tests.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Flips;

[Fast]
public sealed class FlipsPageTests
{
    static readonly DateTimeOffset s_made = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Hostile_text_stays_text_and_both_solutions_stand_side_by_side()
    {
        var page = FlipsPage.Of(Report(ReportPageTests.Hostile), Night(ReportPageTests.Hostile), s_made, side => $"tree/{side.Job}");

        Assert.Single(page.Split("</script").Skip(1));
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        var root = Parse(page);
        Assert.Equal(["flips", "unstable", "gaps"], root.Descendants("section").Select(section => (string)section.Attribute("id")!));
        var flip = root.Descendants("details").First(details => (string?)details.Attribute("class") == "flip");
        Assert.Equal(2, flip.Descendants("figure").Count());
        Assert.Equal(["tree/7", "tree/8"], flip.Descendants("a").Select(a => (string)a.Attribute("href")!));
        Assert.Equal(["level 2, money: 1 lost, 0 won", "Problems: 0 lost, 1 won", "Problems that only one run has"],
            root.Descendants("div").Where(div => (string?)div.Attribute("class") == "flips").Select(div => div.Element("h3")!.Value));
        Assert.Contains("7 more problems flipped, and are not on this page.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_endlesssolution_is_cut_with_a_mark_and_an_empty_comparison_says_so()
    {
        var endless = Report("x").Flips[0] with { Question = new('x', 50_000), First = new(7, 0, "4", new('x', 50_000), 0.5, true) };
        var page = FlipsPage.Of(Report("x") with { Flips = [endless] }, null, s_made, _ => null);
        Assert.Contains("x […]</pre>", page, StringComparison.Ordinal);
        Assert.True(page.Length < 60_000, $"{page.Length} characters");
        Assert.Contains("There is nothing to compare", FlipsPage.Of(Report("x") with { Cells = [] }, null, s_made, _ => null),
            StringComparison.Ordinal);
    }

    static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new() { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
    }

    internal static FlipReport Report(string text) => new()
    {
        First = new("job 7", [7]),
        Second = new("job 8", [8]),
        Cells = [new()
        {
            Title = text,
            Seeds = [new(Job(7), Job(8))],
            Outcomes = new([new PairedOutcome(1, 0), new PairedOutcome(0, 1), new PairedOutcome(1, 1)]),
            Failed = 0, Ungraded = 0, OnlyFirst = 0, OnlySecond = 0, Lost = 1, Won = 1, Compared = 3,
            Groups = [new("level 2", 1, 1, 0)],
        }],
        Gaps = [text],
        Flips = [Flip(text, FlipKind.Lost, new(2, "money")), Flip(text, FlipKind.Won, default)],
        FlipsLeftOut = 7,
        Unpaired = [new("job 7", text, 0, text, text, "the dataset of job 8 does not have it", null)],
        UnpairedLeftOut = 0,
    };

    static FlipJob Job(long id) => new()
    {
        JobId = id, Spec = new() { Policy = "p" }, DatasetName = "d", DatasetKey = "k", Completed = true,
    };

    static NightFlips Night(string text) => new(text, Report(text),
        [new()
        {
            ProblemId = 1, Cell = text, Seed = 0, CustomId = text, Groups = default, Question = text, BaselineCorrect = true, Nights = 5,
            Flipped = 3, Changes = 4,
        }], 0);

    static Flip Flip(string text, FlipKind kind, ProblemGroups groups) => new()
    {
        Kind = kind, Cell = text, Seed = 0, CustomId = text, Groups = groups, Question = text, Gold = "4",
        First = new(7, 0, "4", text, 0.5, true), Second = new(8, 0, null, text, null, true),
    };
}
