using RebaseBatch.Contracts;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class JobsTable
{
    static readonly string WithFailures = InvariantText.Text(JobOutcome.CompletedWithFailures);

    static readonly string[] s_columns =
        ["Job", "Dataset", "State", "Progress", "#Accuracy so far", "#Steps", "#Tokens", "#Left", "Report, remark and files"];

    public static Html Of(IReadOnlyList<JobStatus> jobs) =>
        HtmlTable.Of("jobs", "Jobs", "No job was ever enqueued in this database.", s_columns, [.. jobs.Select(Row)]);

    static Html Row(JobStatus job) => Html.Of($"""
        <tr><th scope="row">{job.JobId} {job.Name}<br>
        <span class="quiet">{InvariantText.Text(job.Strategy)} {job.Width}, {job.Policy}</span>{Tags(job)}</th>
        <td>{job.Dataset}</td>
        <td><span class="state {job.State}">{State(job)}</span></td>
        <td><progress class="{job.State}" max="{job.Problems}" value="{job.Done}"
        aria-label="Problems of job {job.JobId} that are done"></progress>{Done(job)}{Failed(job)}</td>
        <td class="number">{Accuracy(job)}{Beside(job)}</td>{HtmlTable.Number(HumanText.Of(job.Steps))}
        <td class="number">{HumanText.Of(job.SampledTokens)}{Rate(job)}</td>
        {HtmlTable.Number(job.SecondsLeft is { } seconds ? $"about {HumanText.About(seconds)}" : "")}
        <td class="text">{Notes(job)}</td></tr>
        """);

    static Html Tags(JobStatus job) => job.Tags.Count == 0 ? Html.Empty
        : Html.Of($"""<br><span class="quiet">{string.Join(' ', job.Tags)}</span>""");

    static string State(JobStatus job) => job.State == WithFailures ? $"completed, {HumanText.Of(job.Failed)} failed" : job.State;

    static string Done(JobStatus job) => $"{HumanText.Of(job.Done)} of {HumanText.Of(job.Problems)}";

    // A completed job's state says it already.
    static Html Failed(JobStatus job) => job.Failed == 0 || job.State == WithFailures
        ? Html.Empty : Html.Of($""", <span class="failed">{HumanText.Of(job.Failed)} failed</span>""");

    static IEnumerable<Html> Beside(JobStatus job)
    {
        // Else a cancelled job's accuracy would look like that of the whole dataset.
        if (job.FinishedAt is not null && job.Answered < job.Problems)
        {
            var (answered, all) = (HumanText.Of(job.Answered), HumanText.Of(job.Problems));
            yield return Html.Of($"""<br><span class="failed">of {answered} answered problems only, not of {all}</span>""");
        }

        if (job.Failed > 0) yield return Html.Of($"""<br><span class="failed">{HumanText.Of(job.Failed)} failed, left out</span>""");
        if (job.Unanswered > 0) yield return Html.Of($"""<br><span class="quiet">{HumanText.Of(job.Unanswered)} unanswered</span>""");
    }

    static Html Accuracy(JobStatus job) => job is { Accuracy: { } share, AccuracyLow: { } low, AccuracyHigh: { } high }
        ? Html.Of($"""{HumanText.Share(share)} of {HumanText.Of(job.Graded)}<br>{Interval(low, high)}""")
        : Html.Empty;

    static Html Interval(double low, double high) =>
        Html.Of($"""<span class="quiet">{HumanText.Share(low)} to {HumanText.Share(high)}</span>""");

    static Html Rate(JobStatus job) => job.TokensPerSecond is { } rate
        ? Html.Of($"""<br><span class="quiet">{HumanText.Of((long)rate)}/s</span>""") : Html.Empty;

    static IEnumerable<Html> Notes(JobStatus job)
    {
        if (job.Report is not null) yield return Html.Of($"<div>{ReportLink.Of(job.Report, $"job {job.JobId}")}</div>");
        if (job.UnansweredBecause is not null) yield return Html.Of($"<div>unanswered: {job.UnansweredBecause}</div>");
        if (job.Remark is not null) yield return Html.Of($"<div>{job.Remark}</div>");
        if (job.Files is not null) yield return Html.Of($"<div><code>{job.Files}</code></div>");
    }
}
