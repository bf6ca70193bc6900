using System.Xml.Linq;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports.Page;
using RebaseBatch.Evaluation.Reports.Trees;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Pages of flips and of one search tree, in the form of <see cref="ReportPage"/> and under its policy.</summary>
static class FlipsPage
{
    /// <param name="night">The same flips, if they are those of a schedule's run.</param>
    /// <param name="tree">The address of a search's tree.</param>
    public static string Of(FlipReport flips, NightFlips? night, DateTimeOffset made, Func<FlipSide, string?> tree) => Page(
        night is null ? $"{flips.First.Name} and {flips.Second.Name}: lost and won problems" : $"{night.Schedule}: lost and won problems",
        made,
        new FlipsSection(flips, "", tree).Of() ?? new("flips", "Lost and won problems", Section.Text(
            $"There is nothing to compare: no job of {flips.First.Name} has the same problems, settings and models' names as a job of "
                + $"{flips.Second.Name}.")),
        night is null ? null : FlipsSection.Unstable(night),
        flips.Gaps.Count == 0 ? null
            : new("gaps", "Not compared", Xhtml.Of("ul", null, flips.Gaps.Select(gap => Xhtml.Of("li", null, gap)))));

    public static string OfTree(SearchTree tree, DateTimeOffset made) => Page(
        $"{tree.CustomId} of job {tree.JobId}", made, new TreeSection([tree], "").Of("The search of one problem."));

    /// <summary>Links to choose two runs by; it needs no script.</summary>
    /// <param name="first">The first run, if it is chosen already.</param>
    /// <param name="second">The second run, if it is.</param>
    /// <param name="history">The address of a schedule's history.</param>
    public static string OfChoice(RunList runs, RunName? first, RunName? second, DateTimeOffset made, Func<string, string> history)
    {
        var section = new RunListSection(first, second, history);
        return Page(section.Title, made, section.Schedules(runs.Schedules), section.Sweeps(runs.Sweeps), section.Jobs(runs.Jobs));
    }

    static string Page(string title, DateTimeOffset made, params IReadOnlyList<Section?> sections) => Xhtml.Write(Xhtml.Of("html", null,
        new XAttribute("lang", "en"),
        ReportPage.Head(title),
        Xhtml.Of("body", null,
            Xhtml.Of("header", null,
                Xhtml.Of("h1", null, title),
                Xhtml.Of("p", "made", $"Made {made.UtcDateTime:yyyy-MM-dd HH:mm} UTC by RebaseBatch.")),
            Xhtml.Of("main", null, sections.OfType<Section>().Select(section => section.Draw())),
            new XElement("script", Xhtml.Code(PageScript.Text)))));
}
