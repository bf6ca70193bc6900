using System.Xml.Linq;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class RunComparisonPageTests
{
    [Fact]
    public void Two_runs_are_a_table_of_their_cells()
    {
        var runs = new RunPair(new(new(IsSweep: true, 3), [1, 2, 3]), new(new(IsSweep: true, 9), [2, 4]));
        var evaluation = MeasuredDataset.Of(
        [
            Measured.Job(1, Measured.Rebase, Measured.Some(20, 1, 0)), Measured.Job(2, Measured.Greedy, Measured.Some(20, 1, 0.5)),
            Measured.Job(3, Measured.Sampling, Measured.Some(20, 1, 1)), Measured.Job(4, Measured.Rebase, Measured.Some(20, 1, 1)),
        ], runs)[0];

        var root = ReportPageTests.Parse(ReportPage.Of("two", ReportPageTests.Made, [new(evaluation, [], [])]));

        var section = root.Descendants("section").Single(section => ReportPageTests.Attribute(section, "id") == "cells");
        Assert.Equal("Comparison of the two runs", section.Element("h2")!.Value);
        Assert.Equal("First is sweep 3, second sweep 9. Of the one cell that both ran, sweep 3 is better in 0 and sweep 9 in 1.",
            section.Element("p")!.Value);
        Assert.Equal(
        [
            ["small, rebase 4, weighted", "1 / 4", "0\u00a0of\u00a020:\u00a00.0\u00a0% (0.0\u00a0to\u00a016.1)",
                "20\u00a0of\u00a020:\u00a0100.0\u00a0% (83.9\u00a0to\u00a0100.0)", "0", "20",
                "+100.0 (+67.8\u00a0to\u00a0+100.0)", "< 0.001", "< 0.001",
                "sweep 9 is better", "0"],
            ["small, greedy 1, single", "2 / 2",
                .. Enumerable.Repeat(evaluation.Jobs[1].AccuracyText, 2), "", "", "", "", "",
                "the same job", "0"],
            ["small, sampling 4, weighted", "3 / –", evaluation.Jobs[2].AccuracyText, "", "", "", "", "", "",
                "sweep 9 has no such job", "0"],
        ], section.Descendants("tbody").Elements("tr").Select(row => row.Elements("td").Select(cell => cell.Value).ToArray()));
        // The table and the point's note say which run a point belongs to.
        var points = root.Descendants("table").Single(table => table.Element("caption")!.Value == "All measured points");
        Assert.Equal(["sweep 3", "sweep 3 and sweep 9", "sweep 9"],
            points.Descendants("tr").Skip(1).Select(row => row.Elements("td").Last().Value).Distinct().Order());
        Assert.Contains(root.Descendants("title"),
            title => title.Value.EndsWith("FLOPs a problem\nsweep 3 and sweep 9", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_runs_without_a_cell_in_common_are_told_so_instead()
    {
        var runs = new RunPair(new(new(IsSweep: true, 3), [1]), new(new(IsSweep: false, 2), [2]));
        var evaluation =
            MeasuredDataset.Of([Measured.Job(1, Measured.Rebase, [true, false]), Measured.Job(2, Measured.Greedy, [true, false])], runs)[0];

        var section = ReportPageTests.Parse(ReportPage.Of("two", ReportPageTests.Made, [new(evaluation, [], [])])).Descendants("section")
            .Single(section => ReportPageTests.Attribute(section, "id") == "cells");

        Assert.StartsWith("There is nothing to compare: no job of sweep 3 has the same settings, seed and models' names as a job of job 2.",
            section.Element("p")!.Value, StringComparison.Ordinal);
        Assert.Empty(section.Descendants("table"));
    }

    [Fact]
    public void Two_cells_of_two_runs_are_not_taken_for_the_two_runs()
    {
        var jobs = new[] { Measured.Rebase, Measured.Greedy, Measured.Rebase,
            Measured.Greedy }.Select((spec, i) => Measured.Job(i + 1, spec, Measured.Some(20, i, 0.5)));
        var runs = new RunPair(new(new(IsSweep: true, 3), [1, 2]), new(new(IsSweep: true, 9), [3, 4]));

        var root = ReportPageTests.Parse(ReportPage.Of("two", ReportPageTests.Made, [new(MeasuredDataset.Of(jobs, runs)[0], [], [])]));

        Assert.Equal("cells",
            ReportPageTests.Attribute(root.Descendants("section")
                .Single(section => section.Element("h2")!.Value == "Comparison of the two runs"), "id"));
    }
}
