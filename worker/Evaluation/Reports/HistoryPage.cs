using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.History;
using RebaseBatch.Evaluation.Reports.Page;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>A schedule night by night, in the form of <see cref="ReportPage"/> and under its policy.</summary>
static class HistoryPage
{
    /// <returns>HTML that is XML as well.</returns>
    public static string Of(ScheduleHistory history, DateTimeOffset made, NightLinks links)
    {
        Section[] sections =
        [
            .. new[]
            {
                NightsSection.Of(history, links),
                NightCellsSection.Of(history),
                UnstableSection(history),
                Notes(),
            }.OfType<Section>(),
        ];
        var title = $"{history.Schedule}: night by night";
        return Xhtml.Write(Xhtml.Of("html", null, new System.Xml.Linq.XAttribute("lang", "en"),
            ReportPage.Head(title),
            Xhtml.Of("body", null,
                Xhtml.Of("header", null,
                    Xhtml.Of("h1", null, title),
                    Xhtml.Of("p", "made", $"Made {made.UtcDateTime:yyyy-MM-dd HH:mm} UTC by RebaseBatch, of "
                        + $"{history.Nights.Count} of {GateText.Count(history.Runs, "run")} of the schedule."),
                    Xhtml.Of("nav", null, new System.Xml.Linq.XAttribute("aria-label", "Contents"), Xhtml.Of("ul", null, sections.Select(
                        section => Xhtml.Of("li", null,
                            Xhtml.Of("a", null, new System.Xml.Linq.XAttribute("href", $"#{section.Id}"), section.Title)))))),
                Xhtml.Of("main", null, sections.Select(section => section.Draw())),
                new System.Xml.Linq.XElement("script", Xhtml.Code(PageScript.Text)))));
    }

    static Section? UnstableSection(ScheduleHistory history) => history.Unstable.Count == 0 ? null : new("unstable", "Unstable problems",
        Section.Text($"These problems flipped against the baseline in more than half of the last {Flips.NightStore.LastNights} nights in "
            + "which they were graded, so that a flip of them tells little about a night. Changes count how often a night's result was not "
            + "that of the night before."),
        DataTable.Of<Flips.UnstableProblem>("unstable", "Unstable problems", history.Unstable,
            new("custom_id", row => row.CustomId),
            new("cell", row => row.Cell),
            new("seed", row => row.Seed),
            new("baseline", row => row.BaselineCorrect ? "right" : "wrong"),
            new("flipped", row => row.Flipped),
            new("nights", row => row.Nights),
            new("changes", row => row.Changes),
            new("question", row => row.Question, row => Cut(row.Question, 80))).Open(),
        history.UnstableLeftOut == 0 ? null : Section.Text($"{history.UnstableLeftOut} more are not on this page."));

    static Section Notes() => new("notes", "How to read the figures", Xhtml.Of("ul", null, new[]
    {
        "A night is a run of the schedule. Its answers are those that the gate stored when the run had ended; nothing is judged anew here.",
        "Accuracy is over the problems that both the night and its baseline graded, so the baseline's accuracy differs between nights in "
            + "which other problems failed. Intervals are 95\u00a0% score intervals (Wilson's; with several seeds by the effective number "
            + "of answers). Lost: the baseline alone was right; won: the night alone.",
        "The gate compares problem by problem, which sees more than two intervals that overlap. A night below the tolerated limit is "
            + "BLOCK only if the drop is significant as well; a significant drop within the limit is WARN; without a significant drop "
            + "a night is PASS if a drop to the limit would have been seen, and INCONCLUSIVE if not.",
        "The smallest drop is what a comparison sees with the policy's power. Of a night it is the greatest one of its critical cells.",
    }.Select(note => Xhtml.Of("li", null, note))));

    static string Cut(string? text, int most) => text is null ? "" : text.Length <= most ? text
        : $"{text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)]} […]";
}
