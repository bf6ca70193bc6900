using System.Globalization;
using System.Text;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Evaluation.Reports.Markdown;

/// <summary>The first problems that were lost and won between two runs, in GitHub's Markdown. Pure.</summary>
static class FlipsMarkdown
{
    /// <summary>As many as one reads in a pull request; all of them are in <c>compare runs</c>.</summary>
    public const int MostFlips = 20;

    /// <param name="room">No more characters than this.</param>
    /// <returns>Empty without flips.</returns>
    public static string Of(FlipReport report, int room)
    {
        if (report.Flips.Count == 0) return "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n### Lost and won from {report.First.Name} to {report.Second.Name}\n\n")
            .Append("| | cell | problem | right answer | before | now |\n|---|---|---|---|---|---|\n");
        var shown = 0;
        foreach (var row in report.Flips.Select(Row))
        {
            if (text.Length + row.Length + 300 > room) break;
            text.Append(row);
            shown++;
        }

        if (shown == 0) return "";
        if (report.Flips.Count - shown + report.FlipsLeftOut is > 0 and var more)
            text.Append(CultureInfo.InvariantCulture, $"\n{more} more: 'rebase compare runs' lists them all.\n");
        return text.ToString();
    }

    static string Row(Flip flip) =>
        $"| {StoredNames.Of(flip.Kind)} | {MarkdownText.Code(flip.Cell, 100)} | {MarkdownText.Code(flip.Question, 160)} "
            + $"| {MarkdownText.Code(flip.Gold, 60)} | {Answer(flip.First)} | {Answer(flip.Second)} |\n";

    static string Answer(FlipSide side) => side.Answer is { } answer ? MarkdownText.Code(answer, 60) : "no answer";
}
