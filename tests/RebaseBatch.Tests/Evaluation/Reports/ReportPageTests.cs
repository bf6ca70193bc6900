using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using RebaseBatch.Core.Searching;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Page;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class ReportPageTests
{
    internal const string Hostile = "</script><img src=\"https://example.org/x\" onerror='alert(1)'>]]>\u0001\uD800 & \"quotes\" <!-- ";

    internal static readonly DateTimeOffset Made = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    internal static RebaseBatch.Evaluation.Reports.Trees.SearchTree Tree(string text, bool correct = true) => new()
    {
        JobId = 7,
        Search = "small, rebase 4, weighted",
        CustomId = text,
        Question = text,
        Gold = text,
        Answer = "4",
        Correct = correct,
        Nodes =
        [
            new(1, 0, 1, NodeState.Open, 0.25, 5, text), new(2, 1, 2, NodeState.Finished, 0.99, 6, text),
            new(3, 1, 2, NodeState.Exhausted, null, 7, "cut"), new(4, 1, 2, NodeState.Finished, 0, 7, "x"),
        ],
        Solutions = new Dictionary<int, string?> { [2] = "4", [4] = text },
    };

    internal static string Page(string text = "plain", int datasets = 1) =>
        ReportPage.Of(text, Made, [.. Enumerable.Range(0, datasets).Select(_ => SamplePages.WithScores(new ReportContent(
        Measured.Sweep(text),
        [new(3, text,
            [new(1, new(0.5, 0.4, 0.6), new(0.5, 0.4, 0.6)), new(2, new(0.6, 0.5, 0.7), new(0.6, 0.5, 0.7)),
                new(null, new(0.7, 0.5, 0.8), new(0.7, 0.5, 0.8))])],
        [Tree(text), Tree(text, correct: false)])))]);

    internal static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new() { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
    }

    internal static string? Attribute(XElement element, string name) => (string?)element.Attribute(name);

    [Theory]
    [InlineData(null, null, 1, false)]
    [InlineData(0.25, null, 2, true)]
    [InlineData(0.25, 0.5, 2, false)]
    public void Device_seconds_of_models_on_servers_are_no_bars(double? policy, double? reward, int charts, bool saysUnknown)
    {
        var job = Measured.Job(1, Measured.Rebase, [true, false]);
        var dataset = Assert.Single(MeasuredDataset.Of([job with
        {
            Problems = [.. job.Problems.Select(problem => problem with { PolicySeconds = policy, RewardSeconds = reward })],
        }]));
        var section = new CostSection(dataset, "").Of().Draw();
        Assert.Equal(charts, section.Descendants("figure").Count());
        Assert.Equal(saysUnknown, section.ToString().Contains("not known, it is on a server", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain", 1)]
    [InlineData(Hostile, 1)]
    [InlineData(Hostile, 2)]
    public void The_page_is_well_formed_and_its_parts_are_found(string text, int datasets)
    {
        var root = Parse(Page(text, datasets));

        var ids = root.Descendants().Select(element => Attribute(element, "id")).OfType<string>().ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(root.Descendants("a").Select(a => Attribute(a, "href")!).Where(href => href.StartsWith('#')),
            href => Assert.Contains(href[1..], ids));
        Assert.All(root.Descendants("label"), label => Assert.Contains(Attribute(label, "for"), ids));
        string[] parts = ["runs", "error", "front", "budgets", "difficulty", "cost", "chance", "calibration", "saturation",
            "comparison", "trees"];
        Assert.Equal(parts.Length * datasets,
            parts.Sum(part => ids.Count(id => id == part || id.EndsWith($"-{part}", StringComparison.Ordinal))));
        Assert.All(root.Descendants("svg").Where(svg => Attribute(svg, "aria-hidden") is null),
            svg => Assert.NotEmpty(Attribute(svg, "aria-label")!));
        Assert.All(root.Descendants("table"), table => Assert.NotEmpty(table.Element("caption")!.Value));
    }

    [Fact]
    public void Nothing_comes_from_elsewhere()
    {
        var root = Parse(Page(Hostile));

        foreach (var element in root.Descendants())
        {
            Assert.DoesNotContain(element.Name.LocalName, new[] { "img", "link", "iframe", "object", "embed", "base" });
            Assert.Null(element.Attribute("src"));
            Assert.DoesNotContain(element.Attributes(),
                attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
            if (Attribute(element, "href") is { } href) Assert.Matches("^(#|data:text/csv;charset=utf-8,)", href);
        }

        Assert.DoesNotContain("url(", PageStyle.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", PageStyle.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_stays_text_in_markup_and_in_json()
    {
        var page = Page(Hostile);

        // Two scripts: the data and the page's own. HTML ends a script at the first </script, whatever stands before it.
        Assert.Equal(2, page.Split("</script").Length - 1);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        var root = Parse(page);
        Assert.Equal(Xhtml.Clean(Hostile), root.Element("head")!.Element("title")!.Value);
        Assert.Contains(root.Descendants("p"), p => p.Value == Xhtml.Clean(Hostile));
        var data = JsonDocument.Parse(root.Descendants("script")
            .Single(script => Attribute(script, "type") == "application/json").Value).RootElement;
        var node = data.GetProperty("0").GetProperty("1");
        Assert.Equal(Hostile.Replace("\u0001\uD800", "\\u0001\\ud800", StringComparison.Ordinal), node.GetProperty("text").GetString());
        Assert.Equal((0.25, false), (node.GetProperty("score").GetDouble(), node.GetProperty("finished").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, data.GetProperty("0").GetProperty("3").GetProperty("score").ValueKind);
    }

    [Fact]
    public void The_policy_of_the_page_admits_its_own_style_and_script_as_they_stand_and_no_other()
    {
        var page = Page();
        var (style, script) = (Last("style"), Last("script"));

        Assert.Contains(PageStyle.Text, style, StringComparison.Ordinal);
        Assert.Contains(PageScript.Text, script, StringComparison.Ordinal);
        Assert.Contains(
            $"\"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'; base-uri 'none'; form-action 'none'\"", page,
            StringComparison.Ordinal);

        string Last(string element) =>
            page[(page.LastIndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2)..page.LastIndexOf($"</{element}>",
                StringComparison.Ordinal)];

        static string Hash(string code) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(code)))}";
    }

    [Fact]
    public void Elements_that_may_hold_something_are_closed_by_a_tag_of_their_own() =>
        Assert.Equal("<!DOCTYPE html>\n<div><p></p><br /><svg><path d=\"M0 0\" /></svg></div>\n",
            Xhtml.Write(
                new("div", new XElement("p"), new XElement("br"), new XElement("svg", new XElement("path", new XAttribute("d", "M0 0"))))));

    [Fact]
    public void Whatever_is_drawn_lies_within_its_drawing()
    {
        foreach (var svg in Parse(Page()).Descendants("svg").Concat(Parse(LevelPage(levels: 10)).Descendants("svg")))
        {
            var box = Attribute(svg, "viewBox")!.Split(' ').Select(Number).ToArray();
            foreach (var element in svg.Descendants())
            {
                foreach (var (name, low, length) in new[] { ("x", box[0], box[2]), ("cx", box[0], box[2]), ("y", box[1], box[3]),
                    ("cy", box[1], box[3]) })
                    if (Attribute(element, name) is { } value) Assert.InRange(Number(value), low, low + length);
                // Six and a half units a letter is more than the fonts take on average.
                if (element.Name.LocalName == "text" && element.Attribute("transform") is null)
                {
                    var (x, width) = (Number(Attribute(element, "x")!), element.Value.Length * 6.5);
                    var left = Attribute(element, "text-anchor") switch { "end" => x - width, "middle" => x - (width / 2), _ => x };
                    Assert.True(left >= box[0] - 1 && left + width <= box[0] + box[2] + 8, $"'{element.Value}' is cut off");
                }
            }
        }

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Numbers_of_charts_can_be_taken_away_as_csv()
    {
        var evaluation = Measured.Sweep();
        var link = Parse(Page()).Descendants("a").Single(a => Attribute(a, "download") == "points.csv");

        var lines = Uri.UnescapeDataString(Attribute(link, "href")!.Split(',', 2)[1]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("policy,strategy,width,vote,accuracy,low,high,policy_flops,total_flops,jobs,failed,unanswered,right,graded", lines[0]);
        Assert.Equal(evaluation.Points.Count, lines.Length - 1);
        var point = evaluation.Points[0];
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture,
            $"small,rebase,4,majority,{point.Accuracy.Value},{point.Accuracy.Low},"), lines[1], StringComparison.Ordinal);
    }

    /// <summary>Of problems whose levels go round, but for the first, which has none.</summary>
    static string LevelPage(int levels)
    {
        var jobs = Measured.Sweep().Jobs.Select(job => job with
        {
            Problems = [.. job.Problems.Select((problem, i) => problem with { Level = i == 0 ? null : (short)((i % levels) + 1) })],
        });
        return ReportPage.Of("levels", Made, [new(MeasuredDataset.Of(jobs)[0], [], [])]);
    }

    [Fact]
    public void Problems_with_levels_are_grouped_by_them_and_the_text_says_so()
    {
        var section = Parse(LevelPage(levels: 3)).Descendants("section").Single(section => Attribute(section, "id") == "difficulty");

        Assert.StartsWith("Problems by the level that the dataset gives them; 1 of 24 has none and is left out. Each strategy is shown",
            section.Element("p")!.Value, StringComparison.Ordinal);
        var rows = section.Descendants("tbody").Single().Elements("tr")
            .Select(row => row.Elements("td").Select(cell => cell.Value).ToList()).ToList();
        Assert.Equal([("level 1", "7"), ("level 2", "8"), ("level 3", "8")], rows.Take(3).Select(row => (row[5], row[6])));
        Assert.Equal(["level 1", "level 2", "level 3"], section.Descendants("text").Select(text => text.Value)
            .Where(text => text.StartsWith("level", StringComparison.Ordinal)).Distinct());
        Assert.StartsWith("Problems in quarters", Parse(Page()).Descendants("section")
            .Single(section => Attribute(section, "id") == "difficulty").Element("p")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracies_of_points_have_their_denominators_and_intervals()
    {
        var evaluation = Measured.Sweep();

        var table = Parse(Page()).Descendants("table").Single(table => table.Element("caption")!.Value == "All measured points");

        var cells = table.Element("tbody")!.Elements("tr").Select(row => row.Elements("td").ElementAt(4).Value).ToList();
        Assert.Equal(evaluation.Points.Select(point => point.AccuracyText), cells);
        Assert.All(cells, cell => Assert.Matches(@"^\d+\u00a0of\u00a024:\u00a0\d+\.\d\u00a0% \(\d+\.\d\u00a0to\u00a0\d+\.\d\)$", cell));
    }

    [Fact]
    public void The_reward_model_s_scores_are_explained_and_shown_by_depth()
    {
        var section = Parse(Page()).Descendants("section").Single(section => Attribute(section, "id") == "calibration");

        Assert.Contains("the chance that the first has the higher score", section.Value, StringComparison.Ordinal);
        var rows = section.Descendants("table").First().Element("tbody")!.Elements("tr")
            .Select(row => row.Elements("td").Select(cell => cell.Value).ToList()).ToList();
        Assert.Equal(["1", "2", "3", "4", "5", "6", "solutions"], rows.Take(7).Select(row => row[5]));
        Assert.All(rows, row => Assert.Matches(@"^[01]\.\d{3} \([01]\.\d{3} to [01]\.\d{3}\)$", row[8]));
    }

    [Fact]
    public void One_job_with_few_problems_makes_a_page_too()
    {
        var evaluation = MeasuredDataset.Of([Measured.Job(1, Measured.Greedy, [true, false])])[0];

        var root = Parse(ReportPage.Of("one", Made, [new(evaluation, [], [])]));

        Assert.DoesNotContain(root.Descendants("th"), heading => heading.Value == "run");
        Assert.Contains(root.Descendants("svg"),
            svg => Attribute(svg, "aria-label")!.StartsWith("Error against inference FLOPs", StringComparison.Ordinal));
        Assert.DoesNotContain(root.Descendants("section"),
            section => Attribute(section, "id") is "difficulty" or "saturation" or "comparison" or "cells" or "trees");
    }
}
