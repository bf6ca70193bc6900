using RebaseBatch.Durable.Events;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Actions;

/// <summary>Renders the page with the forms that change jobs. It has no script.</summary>
static class ActionsPage
{
    static readonly string[] s_jobColumns = ["Job", "State", "#Answered", "Remark", "Do"],
        s_eventColumns = ["At (UTC)", "Who", "What", "#Job", "Detail"];

    /// <summary>Asks for the token.</summary>
    /// <param name="fault">What was wrong with the last try; null: there was none.</param>
    public static Html Login(string? fault) => Of("Log in", Html.Of($"""
        {Notice(fault)}
        <form method="post" action="/actions/login" autocomplete="off">
        <p><label>Your name, as the history will show it<br><input name="name" maxlength="64" required></label></p>
        <p><label>Token (the setting Http:Token of this worker)<br><input name="token" type="password" maxlength="200" required></label></p>
        <p><button>Log in</button></p>
        </form>
        """));

    public static Html Jobs(PageSession session, WorkerStatus status, IReadOnlyList<NotedEvent> events) => Of("Actions", Html.Of($"""
        {Notice(session.TakeMessage())}{Notice(status.DatabaseError)}
        <form method="post" action="{ActionRoutes.Logout}"><p>Logged in as {session.Name}. {Secret(session, ActionRoutes.Logout)}
        <button>Log out</button> <a href="/actions">Load again</a></p></form>
        {HtmlTable.Of("jobs", "Jobs", "No job was ever enqueued in this database.", s_jobColumns,
            [.. status.Jobs.Select(job => Row(session, job))])}
        {HtmlTable.Of("events", "What was done last", "Nothing yet.", s_eventColumns, [.. events.Select(Row)])}
        """));

    static Html Row(PageSession session, JobStatus job) => Html.Of($"""
        <tr><th scope="row" class="text">{job.JobId} {job.Name}</th><td><span class="state {job.State}">{job.State}</span></td>
        {HtmlTable.Number($"{HumanText.Of(job.Answered)} of {HumanText.Of(job.Problems)}")}<td class="text">{job.Remark}</td>
        <td>{JobAction.For(job.State).Select(action => Form(session, action, job.JobId))}</td></tr>
        """);

    // The second press is the confirmation, and needs no script.
    static Html Form(PageSession session, JobAction action, long job) => Html.Of($"""
        <details><summary>{action.Title}</summary><form method="post" action="{action.PathOf(job)}">
        {Secret(session, action.PathOf(job))}<button>{action.Title} job {job}</button></form></details>
        """);

    static Html Row(NotedEvent row) => Html.Of($"""
        <tr><th scope="row">{InvariantText.Text(row.At)}</th><td class="text">{row.Who}</td><td>{row.What}</td>
        {HtmlTable.Number(InvariantText.Text(row.JobId))}<td class="text">{row.Detail}</td></tr>
        """);

    static Html Secret(PageSession session, string action) =>
        Html.Of($"""<input type="hidden" name="form" value="{session.FormToken(action)}">""");

    static Html Notice(string? sentence) => sentence is null ? Html.Empty : Html.Of($"""<p class="notice" role="status">{sentence}</p>""");

    static Html Of(string title, Html body) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>RebaseBatch: {title}</title>
        <link rel="icon" href="data:,">
        <style>{new Html(PageFiles.Style)}</style>
        </head>
        <body>
        <header><h1>RebaseBatch</h1><span class="quiet"><a href="/">the worker's page</a></span></header>
        <main>{body}</main>
        </body>
        </html>

        """);
}
