using System.Globalization;
using System.Text;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Summaries;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Reports.Markdown;

/// <summary>Measured jobs in GitHub's Markdown, for a pull request: a leaderboard, or two runs cell by cell. Pure.</summary>
static class MarkdownReport
{
    const int MostRemarks = 20;

    /// <param name="evaluations">At least one.</param>
    /// <param name="title">Null: Evaluation of the datasets.</param>
    /// <returns>Never longer than <see cref="VerdictSummary.Longest"/>: rows that have no room are counted.</returns>
    public static string Of(IReadOnlyList<MeasuredDataset> evaluations, string? title)
    {
        var text = new StringBuilder();
        text.Append("## ").Append(title is null
            ? $"Evaluation of {string.Join(" and ", evaluations.Take(4).Select(evaluation => MarkdownText.Code(evaluation.Name)))}"
            : MarkdownText.Plain(title, 200)).Append('\n');
        // Each dataset gets its share, so that the last has room too.
        var (share, begun) = ((VerdictSummary.Longest - 2_000) / evaluations.Count, text.Length);
        foreach (var evaluation in evaluations)
        {
            begun += share;
            Dataset(text, evaluation, most: begun);
        }

        return text.ToString();
    }

    static void Dataset(StringBuilder text, MeasuredDataset evaluation, int most)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"\n### {MarkdownText.Code(evaluation.Name)}, {evaluation.Problems} {(evaluation.Problems == 1 ? "problem" : "problems")}\n");
        if (ComparisonOf(evaluation) is { } comparison) Comparison(text, comparison, most);
        Leaderboard(text, evaluation, most);
        Remarks(text, evaluation.Remarks, most);
    }

    /// <summary>Of the two runs that were named, or of the only two jobs; null if there is nothing to compare.</summary>
    public static RunComparison? ComparisonOf(MeasuredDataset evaluation)
    {
        if (evaluation.Comparison is { } runs) return runs.Meet ? runs : null;
        if (evaluation.Jobs is not [var first, var second]) return null;
        var test = PairedTest.Of(first.Problems.Zip(second.Problems).Where(pair => !(pair.First.Failed || pair.Second.Failed))
            .Select(pair => (pair.First.IsRight, pair.Second.IsRight)));
        var cell = new CellComparison($"job {first.JobId} and job {second.JobId}", first, second, null, 1);
        return new(new(Of(first), Of(second)), [cell.LacksTooMany ? cell : cell with { Test = test, Adjusted = test.TwoSided }]);

        static NamedRun Of(MeasuredJob job) => new(new(IsSweep: false, job.JobId), [job.JobId]);
    }

    static void Comparison(StringBuilder text, RunComparison comparison, int most)
    {
        // One line: GitHub's comments break lines where the text does.
        text.Append(CultureInfo.InvariantCulture,
            $"\n{comparison.Runs.Second.Name} against {comparison.Runs.First.Name}: {comparison.SecondBetter} better, ")
            .Append(CultureInfo.InvariantCulture, $"{comparison.FirstBetter} worse, of {comparison.Tested} tested ")
            .Append("cells (p below 0.05 after Holm's correction).\n\n")
            .Append("| cell | before (95 %) | now (95 %) | change (95 %) | p | lost | won |\n|---|--:|--:|--:|--:|--:|--:|\n");
        Rows(text, [.. comparison.Cells.Where(cell => cell.First is not null && cell.Second is not null).OrderBy(cell => cell.Adjusted)],
            most, Compared);
    }

    static string Compared(CellComparison cell)
    {
        var pairs = cell.First!.Problems.Zip(cell.Second!.Problems).Where(pair => !(pair.First.Failed || pair.Second.Failed)).ToList();
        var (before, now) = (pairs.Count(pair => pair.First.IsRight), pairs.Count(pair => pair.Second.IsRight));
        var both = pairs.Count(pair => pair.First.IsRight && pair.Second.IsRight);
        return $"| {MarkdownText.Code(cell.Title)} | {Share(before, pairs.Count)} | {Share(now, pairs.Count)} "
            + $"| {(pairs.Count == 0 ? "" : Change(cell.Change, (double)(now - before) / pairs.Count))} "
            + $"| {(cell.Test is not null ? Chance(cell.Adjusted) : cell.LacksTooMany ? "too many failed" : "same job")} "
            + string.Create(CultureInfo.InvariantCulture, $"| {before - both} | {now - both} |\n");
    }

    static void Leaderboard(StringBuilder text, MeasuredDataset evaluation, int most)
    {
        var names = evaluation.Names;
        text.Append("\n| policy | reward | strategy | width | vote | accuracy (95 %) | problems | failed ")
            .Append("| policy FLOPs | total FLOPs | jobs |\n|---|---|---|--:|---|--:|--:|--:|--:|--:|---|\n");
        // A point of which too many problems failed is no comparison with others.
        Rows(text,
            [.. evaluation.OwnPoints.OrderBy(point => point.LacksTooMany).ThenByDescending(point => point.Accuracy.Value)
                .ThenBy(point => point.TotalFlops)],
            most, point => $"| {MarkdownText.Code(names.Policy(point.Series))} | {MarkdownText.Code(names.Reward(point.Series))} "
                + $"| {MarkdownText.Plain(names.StrategyOf(point.Series), 200)} | {point.Width} | {SeriesNames.VoteOf(point.Series)} "
                + $"| {Interval(point.Accuracy)}{(point.LacksTooMany ? ", too many failed" : "")} "
                + string.Create(CultureInfo.InvariantCulture, $"| {point.Shares.Count(share => share is not null)} | {point.Failed} ")
                + $"| {HumanText.Flops(point.PolicyFlops)} | {HumanText.Flops(point.TotalFlops)} | {Jobs(point.Jobs)} |\n");
    }

    static void Remarks(StringBuilder text, IReadOnlyList<string> remarks, int most)
    {
        if (remarks.Count == 0) return;
        text.Append('\n');
        var shown = 0;
        foreach (var remark in remarks.Take(MostRemarks))
        {
            var line = $"- {MarkdownText.Plain(remark)}\n";
            if (text.Length + line.Length > most) break;
            text.Append(line);
            shown++;
        }

        if (shown < remarks.Count) text.Append(CultureInfo.InvariantCulture, $"- {remarks.Count - shown} more remarks\n");
    }

    static void Rows<T>(StringBuilder text, IReadOnlyList<T> things, int most, Func<T, string> rowOf)
    {
        var shown = 0;
        foreach (var row in things.Select(rowOf))
        {
            if (text.Length + row.Length + 500 > most) break;
            text.Append(row);
            shown++;
        }

        if (shown < things.Count) text.Append(CultureInfo.InvariantCulture, $"\n{things.Count - shown} more rows have no room here.\n");
    }

    static string Share(int right, int problems)
    {
        if (problems == 0) return "";
        var interval = WilsonInterval.Of(right, problems);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Interval(new((double)right / problems, interval.Low, interval.High))} of {problems}");
    }

    static string Interval(Estimate estimate) => string.Create(CultureInfo.InvariantCulture,
        $"{100 * estimate.Value:F1} % ({100 * estimate.Low:F1} to {100 * estimate.High:F1})");

    static string Change(Estimate? change, double value) => change is not { } known ? VerdictText.Points(value)
        : $"{VerdictText.Points(known.Value)} ({VerdictText.Points(known.Low)} to {VerdictText.Points(known.High)})";

    static string Chance(double p) => NumberText.Chance(p).Replace("<", "&lt;", StringComparison.Ordinal);

    static string Jobs(IReadOnlyList<long> jobs) => jobs.Count <= 8 ? string.Join(' ', jobs) : $"{string.Join(' ', jobs.Take(8))} …";
}
