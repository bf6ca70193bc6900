using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Renders the fleet's status: the whole page, or the part of it that changes.</summary>
static class FleetPage
{
    static readonly string[] s_workers =
        ["Worker", "State", "Batches it holds", "#Free places", "#Tokens a second", "Models, devices, labels", "Version", "Since (UTC)"];

    static readonly string[] s_queue = ["Models", "#Jobs", "#Due", "#Held", "#Later", "#Longest due for"];

    static readonly string[] s_lines = ["Team", "#Priority", "#Jobs", "#Due", "#Held", "#Later", "#Longest due for"];

    /// <summary>Works without the script too: it then reloads itself.</summary>
    public static Html Of(FleetStatus status) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>RebaseBatch: the fleet</title>
        <link rel="icon" href="data:,">
        <noscript><meta http-equiv="refresh" content="2"></noscript>
        <style>{new Html(PageFiles.Style)}</style>
        </head>
        <body>
        <header>
        <h1>RebaseBatch: the fleet</h1>
        <span class="quiet">all workers of this database; <a href="./" id="worker">this worker, {status.Worker}</a>,
        <a href="api/fleet.json" id="json">the same as JSON</a></span>
        <span id="connection" role="status" class="failed"></span>
        </header>
        <main id="status" data-fragment="fleet/fragment">{Fragment(status)}</main>
        <script>{new Html(PageFiles.Script)}</script>
        </body>
        </html>

        """);

    public static Html Fragment(FleetStatus status) => Html.Of($"""
        {Notice(status.DatabaseError)}
        <dl>
        <div><dt>Workers</dt><dd>{HumanText.Of(status.Alive)}{Lost(status.Lost)}</dd></div>
        <div><dt>Sampled tokens a second</dt><dd>{HumanText.Of((long)Math.Round(status.TokensPerSecond))}</dd></div>
        <div><dt>Batches held</dt><dd>{HumanText.Of(status.Held)}</dd></div>
        <div><dt>Batches due</dt><dd>{HumanText.Of(status.Due)}</dd></div>
        <div><dt>Free places</dt><dd>{HumanText.Of(status.Free)}</dd></div>
        <div><dt>Read at (UTC)</dt><dd>{status.At.UtcDateTime.ToString("HH:mm:ss", null)}</dd></div>
        </dl>
        {HtmlTable.Of("workers", "Workers", "No worker has reported to this database.", s_workers, [.. status.Workers.Select(Row)],
            LeftOut(status.WorkersLeftOut))}
        {HtmlTable.Of("queue", "Queue by models", "Nothing waits, and no batch is held.", s_queue, [.. status.Queue.Select(Row)])}
        {HtmlTable.Of("lines", "Queue by team and priority", "Nothing waits, and no batch is held.", s_lines,
            [.. status.Lines.Select(Row)])}
        """);

    static Html Row(FleetWorker worker) => Html.Of($"""
        <tr><th scope="row" class="text">{worker.Worker}<br><span class="quiet">{Where(worker)}</span></th>
        <td><span class="state {worker.State}">{worker.State}</span><br><span class="quiet">{Seen(worker)}</span>{Lease(worker)}</td>
        <td class="whole">{Lines(worker.Batches)}</td>{HtmlTable.Number(InvariantText.Text(worker.Free))}
        {HtmlTable.Number(worker.TokensPerSecond is { } rate ? HumanText.Of((long)Math.Round(rate)) : "")}
        <td class="text">{Lines(worker.Models)}{Quiet(worker.Devices)}{Labels(worker.Labels)}{Lacks(worker.Lacks)}</td>
        <td>{Short(worker.Version)}</td><td class="whole">{Moment(worker.StartedAt)}</td></tr>
        """);

    static Html Row(FleetQueue models) => Html.Of($"""
        <tr><th scope="row">{models.Policy}<br><span class="quiet">{models.Reward}</span></th>{HtmlTable.Number(HumanText.Of(models.Jobs))}
        {HtmlTable.Number(HumanText.Of(models.Due))}{HtmlTable.Number(HumanText.Of(models.Running))}
        {HtmlTable.Number(HumanText.Of(models.Later))}{Longest(models.OldestDueSeconds)}</tr>
        """);

    static Html Row(FleetLine line) => Html.Of($"""
        <tr><th scope="row">{line.Team ?? "(none)"}</th>{HtmlTable.Number(InvariantText.Text(line.Priority))}
        {HtmlTable.Number(HumanText.Of(line.Jobs))}{HtmlTable.Number(HumanText.Of(line.Due))}{HtmlTable.Number(HumanText.Of(line.Running))}
        {HtmlTable.Number(HumanText.Of(line.Later))}{Longest(line.OldestDueSeconds)}</tr>
        """);

    static Html Longest(double? seconds) => HtmlTable.Number(seconds is { } due ? HumanText.Seconds(Math.Max(0, due)) : "");

    static string Where(FleetWorker worker) => worker switch
    {
        { Host: null } => "",
        { Process: { } process } => $"{worker.Host}, process {InvariantText.Text(process)}",
        _ => worker.Host,
    };

    static string Seen(FleetWorker worker) => worker.SeenSeconds is { } seconds
        ? $"seen {HumanText.Seconds(Math.Max(0, seconds))} ago" : "never seen";

    // Its batches wait for this moment: then others take them.
    static Html Lease(FleetWorker worker) => worker is { State: "lost", LeasedUntil: { } until }
        ? Html.Of($"""<br><span class="failed">leases until {Moment(until)}</span>""") : Html.Empty;

    static string? Moment(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    static IEnumerable<Html> Lines(IEnumerable<string> texts) => texts.Select(text => Html.Of($"<div>{text}</div>"));

    static IEnumerable<Html> Quiet(IEnumerable<string> texts) => texts.Select(text => Html.Of($"""<div class="quiet">{text}</div>"""));

    static Html Labels(IReadOnlyList<string> labels) => labels.Count == 0 ? Html.Empty
        : Html.Of($"""<div class="quiet">labels {string.Join(", ", labels)}</div>""");

    static Html Lacks(string? lacks) => lacks is null ? Html.Empty : Html.Of($"""<div class="failed">{lacks}</div>""");

    // The commit behind the + is of no use to people.
    static string? Short(string? version) => version?.Split('+')[0];

    static Html Lost(int count) => count == 0 ? Html.Empty : Html.Of($""" <span class="failed">+ {HumanText.Of(count)} lost</span>""");

    static Html LeftOut(int count) => count == 0 ? Html.Empty
        : Html.Of($"""<p class="quiet">and {HumanText.Of(count)} more, which 'rebase workers list' shows</p>""");

    static Html Notice(string? sentence) => sentence is null ? Html.Empty : Html.Of($"""<p class="notice">{sentence}</p>""");
}
