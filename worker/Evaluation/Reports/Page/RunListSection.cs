using System.Globalization;
using System.Xml.Linq;
using RebaseBatch.Evaluation.Flips;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Schedules, sweeps and jobs with the links that choose them as the first or the second run of a comparison.</summary>
/// <param name="history">The address of a schedule's history.</param>
sealed class RunListSection(RunName? first, RunName? second, Func<string, string> history)
{
    const string Choice = "flips";

    public string Title => (first, second) switch
    {
        ({ } one, null) => $"Compare {one} with …",
        (null, { } other) => $"Compare … with {other}",
        _ => "Lost and won problems: choose two runs",
    };

    public Section? Schedules(IReadOnlyList<ListedSchedule> schedules) => schedules.Count == 0 || first is not null || second is not null
        ? null
        : new("schedules", "Schedules",
            Section.Text("What a schedule's newest finished run lost and won against its baseline, with unstable problems apart."),
            Table("Schedules", ["schedule", "choose", "newest finished run", "baseline"], schedules.Select(schedule => Cells(
                schedule.Name, (object[])
                [
                    schedule is { Run: { } _, Baseline: { } _ }
                        ? Link($"{Choice}?schedule={Uri.EscapeDataString(schedule.Name)}", "lost and won",
                            $"Lost and won problems of schedule {schedule.Name}")
                        : "nothing to compare yet",
                    ", ", Link(history(schedule.Name), "nights", $"Nights of schedule {schedule.Name}"),
                ], Sweep(schedule.Run), Sweep(schedule.Baseline)))));

    public Section Sweeps(IReadOnlyList<ListedRun> sweeps) => new("sweeps", "Sweeps", sweeps.Count == 0
        ? [Section.Text("No sweep has ended jobs.")]
        : [
            Section.Text("Two sweeps are compared cell by cell: the same problems, settings and models' names."),
            Table("Sweeps", ["sweep", "choose", "name", "enqueued at (UTC)"], sweeps.Select(Row)), Bound(sweeps, "sweeps"),
        ]);

    public Section Jobs(IReadOnlyList<ListedRun> jobs) => new("jobs", "Jobs", jobs.Count == 0
        ? [Section.Text("No job has ended.")]
        : [
            Section.Text("Two jobs are compared even if their settings differ."),
            Table("Jobs", ["job", "choose", "what", "ended at (UTC)"], jobs.Select(Row)), Bound(jobs, "jobs"),
        ]);

    // The links come before the long texts, so that a phone shows them.
    XElement Row(ListedRun run) => Cells(
        RunName.Of(run.Name)!.Value.Id.ToString(CultureInfo.InvariantCulture), Links(RunName.Of(run.Name)!.Value),
        run.Remark.Length == 0 ? run.What : $"{run.What} ({run.Remark})",
        run.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));

    object[] Links(RunName run) => (first, second) switch
    {
        _ when run == first || run == second => ["chosen"],
        ({ } one, null) => [Pair(one, run, "compare")],
        (null, { } other) => [Pair(run, other, "compare")],
        _ =>
        [
            Link($"{Choice}?first={run.Text}", "as first", $"Choose {run} as the first run"), ", ",
            Link($"{Choice}?second={run.Text}", "as second", $"Choose {run} as the second run"),
        ],
    };

    static XElement Pair(RunName one, RunName other, string text) =>
        Link($"{Choice}?first={one.Text}&second={other.Text}", text, $"Compare {one} with {other}");

    static XElement Link(string address, string text, string label) => Xhtml.Of("a", null, new XAttribute("href", address),
        new XAttribute("aria-label", label), text);

    static XElement? Bound(IReadOnlyList<ListedRun> runs, string what) => runs.Count < RunListStore.Most ? null
        : Xhtml.Of("p", "soft", $"These are the newest {RunListStore.Most} {what}. An address may name older ones, as in "
            + "flips?first=7&second=8 or flips?first=sweep:3&second=sweep:9.");

    static string Sweep(long? id) => id is { } known ? $"sweep {known}" : "none";

    static XElement Cells(params object[] cells) => Xhtml.Of("tr", null, cells.Select(cell => Xhtml.Of("td", null, cell)));

    static XElement Table(string caption, string[] headings, IEnumerable<XElement> rows) => Xhtml.Of("div", "scrolled",
        new XAttribute("tabindex", 0), new XAttribute("role", "region"), new XAttribute("aria-label", caption),
        Xhtml.Of("table", null,
            Xhtml.Of("thead", null, Xhtml.Of("tr", null, headings.Select(heading =>
                Xhtml.Of("th", null, new XAttribute("scope", "col"), heading)))),
            Xhtml.Of("tbody", null, rows)));
}
