using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class SweepsTable
{
    static readonly string[] s_columns = ["Sweep", "#Jobs ended", "Enqueued at (UTC)", "Report"];

    public static Html Of(IReadOnlyList<SweepStatus> sweeps) =>
        HtmlTable.Of("sweeps", "Latest sweeps", "No sweep was ever enqueued in this database.", s_columns, [.. sweeps.Select(Row)]);

    static Html Row(SweepStatus sweep) => Html.Of($"""
        <tr><th scope="row" class="text">{sweep.SweepId} {sweep.Name}</th>
        <td class="number">{HumanText.Of(sweep.Ended)} of {HumanText.Of(sweep.Jobs)}{Failed(sweep)}</td>
        <td>{InvariantText.Text(sweep.EnqueuedAt)}</td>
        <td>{ReportLink.Of(sweep.Report, $"sweep {sweep.SweepId}")}{Compare(sweep)}{Nights(sweep)}</td></tr>
        """);

    // The script finds the focus again by the id.
    static Html Nights(SweepStatus sweep) => sweep is not { History: { } path, Schedule: { } schedule } ? Html.Empty : Html.Of($"""
        {(sweep.Report is null ? "" : ", ")}<a id="{path}-{sweep.SweepId}" href="{path}">nights of {schedule}</a>,
        <a id="flips-{path}-{sweep.SweepId}" href="{FlipRoutes.OfSchedule(schedule)}">newest flips of {schedule}</a>
        """);

    static Html Compare(SweepStatus sweep) => sweep.Report is null ? Html.Empty : Html.Of($"""
        , <a id="flips-{sweep.SweepId}" href="{FlipRoutes.With(sweep.SweepId)}" aria-label="Compare sweep {sweep.SweepId}">compare</a>
        """);

    static Html Failed(SweepStatus sweep) => sweep.Failed == 0 ? Html.Empty
        : Html.Of($"""<br><span class="failed">{HumanText.Of(sweep.Failed)} failed</span>""");
}
