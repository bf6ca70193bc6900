using System.Xml.Linq;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.History;
using RebaseBatch.Evaluation.Reports.Charts;
using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>The accuracy of each cell night by night.</summary>
static class NightCellsSection
{
    public static Section? Of(ScheduleHistory history)
    {
        var cells = history.Cells;
        if (cells.Count == 0) return null;
        var answers = history.Nights.SelectMany(night => night.Cells).Select(cell => cell.Cell.Answer);
        return new("cells", "Cells",
            NightChart.Legend(AnswerSigns.Legend(answers)),
            Xhtml.Of("div", "panels", cells.Select(cell => Figure(history.Nights, cell))));
    }

    static XElement Figure(IReadOnlyList<Night> nights, string title)
    {
        var newest = nights.Select(night => night.CellOf(title)).Last(cell => cell is not null)!;
        var compared = nights.Select(night => night.CellOf(title)).LastOrDefault(cell => cell?.After is not null);
        return Xhtml.Of("figure", null,
            Xhtml.Of("h3", null, title, newest.Cell.Tier is CellTier.Advisory ? " (advisory)" : null),
            compared is null ? Xhtml.Of("p", "soft", $"Nothing was compared: {newest.Cell.Reason}.")
                : Xhtml.Of("p", "soft", $"Newest compared night: {Figures(compared)}."),
            compared is null ? null : Chart(nights, title).Draw());
    }

    static NightChart Chart(IReadOnlyList<Night> nights, string title)
    {
        var points = nights.Zip(NightsSection.Days(nights), (night, day) => Point(night, day, night.CellOf(title))).ToList();
        return new(title, $"{points.Count(point => point.Value is not null)} of {points.Count} nights have a value", points);
    }

    static NightPoint Point(Night night, string day, NightCell? cell)
    {
        var name = $"{night.DueAt.UtcDateTime:yyyy-MM-dd HH:mm}Z, sweep {night.SweepId}";
        if (cell is null) return new(day, $"{name}\n{(night.Verdict is null ? night.Gap : "the verdict does not have this cell")}");
        var answer = cell.Cell.Answer;
        return new(day, $"{name}\n{GateSummary.Word(answer)}: {cell.Cell.Reason}{(cell.After is null ? "" : $"\n{Figures(cell)}")}")
        {
            Sign = AnswerSigns.Of(answer),
            Value = cell.After,
            Baseline = cell.Before,
            Limit = cell.Limit is { } limit ? Math.Max(0, limit) : null,
        };
    }

    static string Figures(NightCell cell) => $"{Share(cell.After!.Value)} of {GateText.Count(cell.Cell.Problems, "problem")}"
        + (cell.Cell.Seeds > 1 ? $" with {cell.Cell.Seeds} seeds" : "")
        + (cell.Cell.LeftOut > 0 ? $", {cell.Cell.LeftOut} failed and left out" : "")
        + $", {cell.Cell.Lost} lost, {cell.Cell.Won} won{VerdictText.Net(cell.Cell)}; baseline {Share(cell.Before!.Value)}"
        + (cell.Limit is { } limit ? $", tolerated down to {NumberText.Percent(Math.Max(0, limit))}" : "");

    static string Share(Estimate share) =>
        $"{NumberText.Percent(share.Value)} ({100 * share.Low:F1} to {100 * share.High:F1})";
}
