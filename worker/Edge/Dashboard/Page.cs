using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Renders a worker's status: the whole page, or the part of it that changes.</summary>
static class Page
{
    const string Drains = "This worker drains: it stores its work and takes no more.";

    /// <summary>Works without the script too: it then reloads itself.</summary>
    /// <param name="actions">Whether there is a page that changes jobs.</param>
    public static Html Of(WorkerStatus status, bool actions = false) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>RebaseBatch: {status.Worker}</title>
        <link rel="icon" href="data:,">
        <noscript><meta http-equiv="refresh" content="2"></noscript>
        <style>{new Html(PageFiles.Style)}</style>
        </head>
        <body>
        <header>
        <h1>RebaseBatch</h1>
        <span class="quiet">worker {status.Worker}, <a href="api/status.json" id="json">the same as JSON</a>,
        <a href="fleet" id="fleet">all workers</a>{Actions(actions)}</span>
        <span id="connection" role="status" class="failed"></span>
        </header>
        <main id="status" data-fragment="fragment">{Fragment(status)}</main>
        <script>{new Html(PageFiles.Script)}</script>
        </body>
        </html>

        """);

    public static Html Fragment(WorkerStatus status) => Html.Of($"""
        {Notices(status)}
        <dl>
        <div><dt>Sampled tokens a second</dt><dd>{HumanText.Of((long)Math.Round(status.SampledTokensPerSecond))}</dd></div>
        <div><dt>Searches in flight</dt><dd>{HumanText.Of(status.SearchesInFlight)}</dd></div>
        <div><dt>Jobs running</dt><dd>{HumanText.Of(status.Jobs.Count(job => job.State is "running" or "cancelling"))}</dd></div>
        <div><dt>Read at (UTC)</dt><dd>{status.At.UtcDateTime.ToString("HH:mm:ss", null)}</dd></div>
        </dl>
        {Newest(status.NewestReport)}
        {JobsTable.Of(status.Jobs)}
        {SweepsTable.Of(status.Sweeps)}
        {ModelsTable.Of(status.Models)}
        {SearchesTable.Of(status.Searches, status.SearchesInFlight)}
        {FailuresTable.Of(status.Failures)}
        """);

    static Html Actions(bool are) => are ? Html.Of($""", <a href="actions" id="actions">pause, cancel and retry jobs</a>""") : Html.Empty;

    static Html Newest(string? report) =>
        report is null
            ? Html.Empty
            : Html.Of($"""
                <p><a id="{report}" href="{report}">Report of all ended jobs on the newest dataset</a>,
                <a id="{FlipRoutes.Choice}" href="{FlipRoutes.Choice}">problems that were lost and won between two runs</a></p>
                """);

    static Html Notices(WorkerStatus status) => Html.Of($"{Notice(status.Draining ? Drains : null)}{Notice(status.DatabaseError)}");

    static Html Notice(string? sentence) => sentence is null ? Html.Empty : Html.Of($"""<p class="notice">{sentence}</p>""");
}
