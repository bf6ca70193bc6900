using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>What messages in a chat say, without markup: short, because a chat is no report. Pure.</summary>
static class MessageText
{
    /// <summary>How many cells a message names.</summary>
    public const int MostCells = 8;

    /// <summary><c>nightly: BLOCK</c></summary>
    public static string Title(Notification notification) =>
        $"{(notification.IsTest ? "Test: " : "")}{MarkdownText.Line(notification.Verdict.Schedule, 100)}: "
            + VerdictText.Answer(notification.Verdict.Answer);

    public static string Reason(GateVerdict verdict) => MarkdownText.Line(verdict.Reason, 600);

    /// <summary>The run, the baseline and the counts, by name.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(GateVerdict verdict)
    {
        yield return ("Run", MarkdownText.Line(VerdictText.Run(verdict), 200));
        if (VerdictText.Baseline(verdict) is { } baseline) yield return ("Held against", baseline);
        if (verdict.Cells.Count == 0) yield break;
        yield return ("Compared", VerdictText.Compared(verdict));
        yield return ("Answers", $"{VerdictText.Lost(verdict)} lost, {VerdictText.Won(verdict)} won");
    }

    /// <summary>The worst cells that did not pass.</summary>
    public static IEnumerable<GateCell> Cells(GateVerdict verdict) => NotPassed(verdict).Take(MostCells);

    /// <summary>How many cells that did not pass are not among <see cref="Cells"/>.</summary>
    public static int Unnamed(GateVerdict verdict) => Math.Max(0, NotPassed(verdict).Count() - MostCells);

    public static string Name(GateCell cell) => MarkdownText.Line(cell.Title, 120);

    public static string Line(GateCell cell) => $"{VerdictText.Answer(cell.Answer)}: {MarkdownText.Line(VerdictText.Figures(cell), 300)}";

    static IEnumerable<GateCell> NotPassed(GateVerdict verdict) =>
        VerdictText.WorstFirst(verdict).Where(cell => cell.Answer is not GateAnswer.Pass);
}
