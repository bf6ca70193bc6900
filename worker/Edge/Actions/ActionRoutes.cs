using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Events;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Actions;

/// <summary>
/// The page that changes jobs, for who has the token. Only a form that this page made for the session, sent from this page, changes
/// anything. Each change is noted with who made it, in its transaction.
/// </summary>
sealed class ActionRoutes(
    PageSessions sessions, WrongTokens wrong, StatusReader status, NpgsqlDataSource db, ILogger<ActionRoutes> log)
{
    public const string Page = "/actions", Logout = "/actions/logout";

    const string Login = "/actions/login", Cookie = "rebase_session";

    const int Events = 20;

    // No script, and forms only to this server.
    static readonly string s_contentSecurityPolicy = $"default-src 'none'; style-src '{PageFiles.StyleHash}'; img-src data:; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Page, async context => await AnswerAsync(context, await ShowAsync(context)));
        routes.MapPost(Login, async context => await AnswerAsync(context, await LogInAsync(context)));
        routes.MapPost(Logout, async context => await AnswerAsync(context, await LogOutAsync(context)));
        foreach (var action in JobAction.All)
            routes.MapPost($"/actions/jobs/{{job:long:min(1)}}/{action.Name}",
                async context => await AnswerAsync(context, await ActAsync(context, action)));
    }

    static Task AnswerAsync(HttpContext context, IResult result)
    {
        // With no-referrer a browser sends its forms with the origin "null".
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        return result.ExecuteAsync(context);
    }

    async Task<IResult> ShowAsync(HttpContext context)
    {
        if (TokenInAddress(context) is { } refusal) return refusal;
        if (sessions.Find(context.Request.Cookies[Cookie]) is not { } session) return Markup(ActionsPage.Login(fault: null));
        var now = await status.ReadAsync(context.RequestAborted);
        try
        {
            return Markup(ActionsPage.Jobs(session, now, await new EventQueries(db).LatestAsync(Events, context.RequestAborted)));
        }
        catch (NpgsqlException e)
        {
            return Markup(ActionsPage.Jobs(session, now with { DatabaseError = now.DatabaseError ?? DatabaseFaults.Sentence(e) }, []));
        }
    }

    async Task<IResult> LogInAsync(HttpContext context)
    {
        var (form, refusal) = await FormAsync(context);
        if (form is null) return refusal!;
        var from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var isToken = wrong.Try(from, () => sessions.IsToken(form.One("token")));
        if (isToken is null)
        {
            context.Response.Headers.RetryAfter = "60";
            return Reply.Sentence(StatusCodes.Status429TooManyRequests, "Too many wrong tokens were given: try again in a minute.");
        }

        if (isToken is false)
        {
            log.PageTokenWrong(from);
            return Markup(ActionsPage.Login("That is not the token of this worker."), StatusCodes.Status403Forbidden);
        }

        if (NameOf(form.One("name")) is not { } name)
            return Markup(ActionsPage.Login("Give a name of at most 64 letters, digits and signs."), StatusCodes.Status400BadRequest);
        sessions.End(context.Request.Cookies[Cookie]);
        context.Response.Cookies.Append(Cookie, sessions.Begin(name), CookieOf(context));
        return SeeOther();
    }

    async Task<IResult> LogOutAsync(HttpContext context)
    {
        var (session, refusal) = await SessionAsync(context, Logout);
        if (session is null) return refusal!;
        sessions.End(context.Request.Cookies[Cookie]);
        context.Response.Cookies.Delete(Cookie, CookieOf(context));
        return SeeOther();
    }

    async Task<IResult> ActAsync(HttpContext context, JobAction action)
    {
        var job = long.Parse((string)context.Request.RouteValues["job"]!, CultureInfo.InvariantCulture);
        var (session, refusal) = await SessionAsync(context, action.PathOf(job));
        if (session is null) return refusal!;
        var who = new Actor($"page:{session.Name}");
        log.PageAction(who.Name, context.Connection.RemoteIpAddress, action.Name, job);
        try
        {
            session.Say(await action.Run((db, who), job, context.RequestAborted) is { } done
                ? $"{char.ToUpperInvariant(done[0])}{done[1..]}." : $"There is no job {job} in this database any more.");
        }
        catch (NpgsqlException e) when (DatabaseFaults.IsPassing(e) || DatabaseFaults.IsUnavailable(e))
        {
            session.Say($"Perhaps it was not done, because the database did not answer: {DatabaseFaults.Sentence(e)}. "
                + "Look at the job's state, and try again.");
        }

        finally
        {
            // The page that the answer leads to shows what was done.
            status.Forget(job);
        }

        return SeeOther();
    }

    /// <summary>The session whose form this is, or why it is refused.</summary>
    async Task<(PageSession? Session, IResult? Refusal)> SessionAsync(HttpContext context, string action)
    {
        var (form, refusal) = await FormAsync(context);
        if (form is null) return (null, refusal);
        if (sessions.Find(context.Request.Cookies[Cookie]) is not { } session)
            return (null, Reply.Sentence(StatusCodes.Status403Forbidden, "Nobody is logged in: open /actions and give the token."));
        return session.Fits(action, form.One("form")) ? (session, null)
            : (null, Reply.Sentence(StatusCodes.Status403Forbidden, "The form is not of this session: open /actions again."));
    }

    static async Task<(IFormCollection? Form, IResult? Refusal)> FormAsync(HttpContext context)
    {
        // First of all: a body that nobody reads would end the connection.
        var form = await OwnForms.ReadAsync(context);
        if (TokenInAddress(context) is { } refusal) return (null, refusal);
        if (!OwnForms.IsFromOwnPage(context.Request))
            return (null, Reply.Sentence(StatusCodes.Status403Forbidden, "Only forms of this worker's own page are taken."));
        return form is not null ? (form, null)
            : (null, Reply.Sentence(StatusCodes.Status415UnsupportedMediaType, "The request is no form of this worker's page."));
    }

    static IResult? TokenInAddress(HttpContext context) => context.Request.Query.ContainsKey("token")
        ? Reply.Sentence(StatusCodes.Status400BadRequest,
            "A token must not be in an address, which logs and histories keep: change the setting Http:Token, and give it in the form.")
        : null;

    // Not of control characters and of those that turn the line round.
    static string? NameOf(string? given) => given?.Trim() is { Length: > 0 and <= 64 } name
        && !name.Any(letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) ? name : null;

    // Without TLS no cookie can be Secure; a proxy that ends TLS says so, and can only make the cookie stricter.
    static CookieOptions CookieOf(HttpContext context) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = Page, IsEssential = true,
        Secure = context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"] == "https",
    };

    static Redirect SeeOther() => new();

    static IResult Markup(Html html, int statusCode = StatusCodes.Status200OK) =>
        Reply.Page(Encoding.UTF8.GetBytes(html.Markup), s_contentSecurityPolicy, statusCode);

    // The framework's redirect has no 303, which alone makes a browser ask with GET.
    sealed class Redirect : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.Location = Page;
            return Reply.Sentence(StatusCodes.Status303SeeOther, "See /actions.").ExecuteAsync(httpContext);
        }
    }
}
