using System.Globalization;
using System.Xml.Linq;
using RebaseBatch.Evaluation.History;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>The schedule's nights: what its gate says now, a strip of signs, and a table with the reasons.</summary>
static class NightsSection
{
    const int MostChanges = 5;

    static readonly string[] s_numbers = ["sweep", "smallest drop", "lost", "won", "cells", "problems"];

    public static Section Of(ScheduleHistory history, NightLinks links) => new("nights", "Nights",
        Xhtml.Of("p", null, AnswerSigns.Word(history.Now.Answer), $" now: {history.Now.Reason}."),
        history.Nights.Count == 0 ? Section.Text("The schedule has not run yet.") : null,
        Strip(history),
        Commands(history, links),
        Table(history, links),
        DataTable.Of<HistoryRow>("nights", "Every night and cell", history.Rows,
            [.. HistoryRow.Columns.Select(column => new DataColumn<HistoryRow>(column.Name, column.Value))])
            .Folded("Every night and cell"));

    /// <summary>The days of nights, each with its year, month and day, or with the time where a day has several nights.</summary>
    public static IReadOnlyList<string> Days(IReadOnlyList<Night> nights)
    {
        var days = nights.Select(night => night.DueAt.UtcDateTime.Date).ToList();
        var format = days.Distinct().Count() == days.Count ? "MM-dd" : "MM-dd HH:mm";
        return [.. nights.Select(night => night.DueAt.UtcDateTime.ToString(format, CultureInfo.InvariantCulture))];
    }

    static XElement? Strip(ScheduleHistory history) => history.Nights.Count == 0 ? null : Xhtml.Of("ul", "legend strip",
        new XAttribute("aria-label", "Answers, the oldest night first"),
        history.Nights.Zip(Days(history.Nights), (night, day) => Xhtml.Of("li", null,
            new XAttribute("title", night.Reason),
            night.Verdict is { } verdict ? AnswerSigns.Word(verdict.Answer) : Xhtml.Of("span", "soft", "– no verdict"),
            Xhtml.Of("a", null, new XAttribute("href", $"#{IdOf(night)}"), day))));

    static XElement? Commands(ScheduleHistory history, NightLinks links) =>
        history.Nights.LastOrDefault(night => night.Verdict is { BaselineSweepId: not null })
            is not { Verdict.BaselineSweepId: { } baseline } last || links.Report(last.SweepId) is not null ? null
        : Xhtml.Of("p", "soft", "A night in full: ", Xhtml.Of("code", null, $"rebase report sweep:{baseline} sweep:{last.SweepId}"),
            "; its lost and won problems: ", Xhtml.Of("code", null, $"rebase compare runs sweep:{baseline} sweep:{last.SweepId}"), ".");

    static XElement? Table(ScheduleHistory history, NightLinks links)
    {
        if (history.Nights.Count == 0) return null;
        string[] columns = ["due (UTC)", "answer", "why", .. s_numbers, "other than in the baseline"];
        return Xhtml.Of("div", "scrolled", new XAttribute("tabindex", 0), new XAttribute("role", "region"),
            new XAttribute("aria-label", "Nights"),
            Xhtml.Of("table", null,
                Xhtml.Of("caption", null,
                    "The newest night first; cells are those that were compared, and problems are counted in each of them"
                        + (history.Nights.Any(night => night.Cells.Any(cell => cell.Cell.Seeds > 1))
                            ? "; of a problem with several seeds, lost and won answers cancel each other out" : "")),
                Xhtml.Of("thead", null, Xhtml.Of("tr", null, columns.Select(name =>
                    Xhtml.Of("th", s_numbers.Contains(name) ? "number" : null, new XAttribute("scope", "col"), name)))),
                Xhtml.Of("tbody", null, history.Nights.Reverse().Select(night => Row(night, links)))));
    }

    static XElement Row(Night night, NightLinks links)
    {
        var verdict = night.Verdict;
        return Xhtml.Of("tr", null, new XAttribute("id", IdOf(night)),
            Xhtml.Of("td", "whole", $"{night.DueAt.UtcDateTime:yyyy-MM-dd HH:mm}"),
            Xhtml.Of("td", "whole", verdict is null ? Xhtml.Of("span", "soft", "– no verdict") : AnswerSigns.Word(verdict.Answer)),
            Xhtml.Of("td", "prose", night.Reason),
            Number(Linked(links.Report(night.SweepId), $"{night.SweepId}", $"Report of sweep {night.SweepId}")),
            Number(verdict?.SmallestDrop is { } drop ? $"{100 * drop:F1} points" : ""),
            Number(verdict?.BaselineSweepId is { } baseline && night.Cells.Count > 0
                ? Linked(links.Flips(baseline, night.SweepId), Sum(night, cell => cell.Cell.Lost),
                    $"Lost and won problems of sweep {night.SweepId}") : ""),
            Number(verdict is null ? "" : Sum(night, cell => cell.Cell.Won)),
            Number(verdict is null ? "" : $"{night.Cells.Count(IsCompared)} of {night.Cells.Count}"),
            Number(verdict is null ? "" : $"{night.Cells.Where(IsCompared).Sum(cell => cell.Cell.Problems)}"),
            Xhtml.Of("td", "prose", Changes(verdict?.EngineChanges ?? [])));
    }

    static string Sum(Night night, Func<NightCell, int> count) => $"{night.Cells.Sum(count)}";

    static bool IsCompared(NightCell cell) => cell.After is not null;

    static string Changes(IReadOnlyList<string> changes) => string.Join("; ", changes.Take(MostChanges))
        + (changes.Count > MostChanges ? $"; {changes.Count - MostChanges} more" : "");

    static XElement Number(object content) => Xhtml.Of("td", "number", content);

    static object Linked(string? address, string text, string label) => address is null ? text
        : Xhtml.Of("a", null, new XAttribute("href", address), new XAttribute("aria-label", $"{label}: {text}"), text);

    static string IdOf(Night night) => $"night-{night.DueAt.UtcDateTime:yyyyMMddHHmmssfff}";
}
