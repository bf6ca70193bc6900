using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Markdown;
using RebaseBatch.Evaluation.Summaries;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class MarkdownReportTests
{
    [Fact]
    public void Jobs_make_a_leaderboard_with_the_most_accurate_first()
    {
        var sweep = Measured.Sweep("set|1.jsonl");
        var lines = MarkdownReport.Of([sweep], title: null).Split('\n');
        Assert.Equal("## Evaluation of <code>set&#124;1&#46;jsonl</code>", lines[0]);
        Assert.Equal("### <code>set&#124;1&#46;jsonl</code>, 24 problems", lines[2]);
        var rows = lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        Assert.Equal(sweep.OwnPoints.Count(), rows.Count);
        var best = sweep.OwnPoints.MaxBy(point => point.Accuracy.Value)!;
        Assert.StartsWith(
            $"| `{sweep.Names.Policy(best.Series)}` | `{sweep.Names.Reward(best.Series)}` | ", rows[0], StringComparison.Ordinal);
        Assert.Contains($" | {NumberText.Percent(best.Accuracy.Value)} (", rows[0], StringComparison.Ordinal);
        Assert.All(rows, row => Assert.Equal(12, row.Count(letter => letter == '|')));
    }

    [Fact]
    public void Two_runs_are_shown_cell_by_cell_with_what_was_lost_and_won()
    {
        var before = Measured.Job(1, Measured.Greedy, [true, true, true, true, false, false]);
        var after = Measured.Job(2, Measured.Greedy, [true, false, false, true, true, false]).Failing(0);
        var runs = new RunPair(new(new(IsSweep: true, 3), [1]), new(new(IsSweep: true, 9), [2]));
        var text = MarkdownReport.Of(MeasuredDataset.Of([before, after], runs), "Night of @all");
        Assert.StartsWith("## Night of @&#8203;all\n", text, StringComparison.Ordinal);
        Assert.Contains("\nsweep 9 against sweep 3: 0 better, 0 worse, of 0 tested cells", text, StringComparison.Ordinal);
        // One of six failed: more than a tenth.
        Assert.Contains(" | 60.0 % (23.1 to 88.2) of 5 | 40.0 % (11.8 to 76.9) of 5 | -20.0 | too many failed | 2 | 1 |\n", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Two_jobs_are_compared_even_if_their_settings_differ()
    {
        var text = MarkdownReport.Of(MeasuredDataset.Of([Measured.Job(1, Measured.Rebase, [true, true, true, true, true, true]),
            Measured.Job(2, Measured.Greedy, [false, false, false, false, false, false])]), title: null);
        Assert.Contains("\njob 2 against job 1: 0 better, 1 worse, of 1 tested cells", text, StringComparison.Ordinal);
        Assert.Contains("| `job 1 and job 2` | 100.0 % (61.0 to 100.0) of 6 | 0.0 % (0.0 to 39.0) of 6 | -100.0 (-100.0 to -21.9) | 0.031 "
            + "| 6 | 0 |\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void However_many_points_and_datasets_there_are_it_fits_a_pull_request()
    {
        var datasets = Enumerable.Range(0, 12).Select(i => Measured.Sweep($"set-{i}|{new string('x', 400)}") with
        {
            Remarks = [.. Enumerable.Repeat(new string('<', 2_000), 100)],
        });
        var text = MarkdownReport.Of([.. datasets], title: null);
        Assert.InRange(text.Length, 20_000, VerdictSummary.Longest);
        for (var i = 0; i < 12; i++) Assert.Contains($"### <code>set&#45;{i}&#124;", text, StringComparison.Ordinal);
        Assert.Contains("more remarks", text, StringComparison.Ordinal);
    }
}
