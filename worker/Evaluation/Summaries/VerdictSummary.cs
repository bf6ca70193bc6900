using System.Globalization;
using System.Text;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Summaries;

/// <summary>A verdict in GitHub's Markdown, for a pull request or a chat. Pure.</summary>
static class VerdictSummary
{
    /// <summary>GitHub takes 65,536 characters in a comment.</summary>
    public const int Longest = 65_000;

    const int MostChanges = 20;

    const int RoomForReasons = 12_000;

    /// <param name="report">The report of the run on the worker's page; null: it is not known.</param>
    /// <returns>Never longer than <see cref="Longest"/>: cells that have no room are counted.</returns>
    public static string Of(GateVerdict verdict, Uri? report = null)
    {
        var text = new StringBuilder();
        text.Append("## ").Append(MarkdownText.Code(verdict.Schedule)).Append(": ").Append(VerdictText.Answer(verdict.Answer));
        text.Append("\n\n").Append(MarkdownText.Plain(verdict.Reason)).Append("\n\n");
        if (verdict.LastAnswer is { } last) text.Append("- the last judged run: ").Append(VerdictText.Answer(last)).Append('\n');
        text.Append("- run: ").Append(MarkdownText.Plain(VerdictText.Run(verdict))).Append('\n');
        if (VerdictText.Baseline(verdict) is { } baseline) text.Append("- held against: ").Append(baseline).Append('\n');
        if (verdict.Cells.Count > 0)
        {
            text.Append("- compared: ").Append(VerdictText.Compared(verdict)).Append('\n');
            text.Append(CultureInfo.InvariantCulture,
                $"- answers lost: {VerdictText.Lost(verdict)}, won: {VerdictText.Won(verdict)}"
                    + $"{verdict.Cells.Select(VerdictText.Net).FirstOrDefault(net => net.Length > 0)}\n");
        }

        if (verdict.SmallestDrop is { } drop)
            text.Append(CultureInfo.InvariantCulture,
                $"- smallest drop that every critical cell shows with {100 * verdict.Power:0.#} % probability: {100 * drop:F1} points\n");
        if (verdict.NotInBaseline.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"- cells that the baseline lacks: {verdict.NotInBaseline.Count}\n");
        if (report is not null) text.Append("- report: <").Append(report.AbsoluteUri).Append(">\n");
        Changes(text, verdict);
        Cells(text, verdict);
        return text.ToString();
    }

    static void Changes(StringBuilder text, GateVerdict verdict)
    {
        if (verdict.EngineChanges.Count == 0) return;
        text.Append("\nRun and baseline did not run alike, and that alone may change scores:\n\n");
        foreach (var change in verdict.EngineChanges.Take(MostChanges))
            text.Append("- ").Append(MarkdownText.Plain(change, 200)).Append('\n');
        if (verdict.EngineChanges.Count > MostChanges)
            text.Append(CultureInfo.InvariantCulture, $"- {verdict.EngineChanges.Count - MostChanges} more\n");
    }

    static void Cells(StringBuilder text, GateVerdict verdict)
    {
        if (verdict.Cells.Count == 0) return;
        text.Append(
            "\n| cell | tier | answer | problems | before | now (95 %) | change (95 %) | p | smallest drop | lost | won |\n"
            + "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        var (shown, reasons) = (0, new StringBuilder());
        var cells = VerdictText.WorstFirst(verdict);
        foreach (var cell in cells)
        {
            var row = Row(cell);
            if (text.Length + row.Length > Longest - RoomForReasons) break;
            text.Append(row);
            shown++;
            if (cell.Answer is GateAnswer.Pass) continue;
            var reason = $"- {MarkdownText.Code(cell.Title)}: {MarkdownText.Plain(cell.Reason, 300)}\n";
            // 100 for the line about cells without room.
            if (reasons.Length + reason.Length + 100 <= RoomForReasons) reasons.Append(reason);
        }

        if (shown < cells.Count) text.Append(CultureInfo.InvariantCulture, $"\n{cells.Count - shown} more cells have no room here.\n");
        if (reasons.Length > 0) text.Append('\n').Append(reasons);
    }

    static string Row(GateCell cell)
    {
        var sample = $"{cell.Problems}{(cell.Seeds > 1 ? $" × {cell.Seeds}" : "")}";
        return $"| {MarkdownText.Code(cell.Title)} | {StoredNames.Of(cell.Tier)} | {VerdictText.Answer(cell.Answer)} | {sample} "
            + $"| {VerdictText.Percent(cell.Before)} | {Now(cell)} | {VerdictText.Change(cell)} "
            + $"| {VerdictText.Chance(cell.AdjustedP).Replace("<", "&lt;", StringComparison.Ordinal)} "
            + $"| {(cell.SmallestDrop is { } drop ? (100 * drop).ToString("F1", CultureInfo.InvariantCulture) : "")} "
            + string.Create(CultureInfo.InvariantCulture, $"| {cell.Lost} | {cell.Won} |\n");
    }

    // Over the problems alone, as if each had one seed: the answers of one problem are not independent, and so the interval is too wide
    // rather than too narrow.
    static string Now(GateCell cell)
    {
        if (cell.After is not { } after) return "";
        var interval = WilsonInterval.Of(after * cell.Problems, cell.Problems);
        return string.Create(CultureInfo.InvariantCulture,
            $"{VerdictText.Percent(after)} ({100 * interval.Low:F1} to {100 * interval.High:F1})");
    }
}
