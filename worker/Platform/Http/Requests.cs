using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Http;

/// <summary>Answers each request by its route. Only GET, no parameters but a number in the path, no bodies, no files, nothing for other origins.</summary>
sealed class Requests(IEnumerable<Route> routes, AllowedHosts hosts, ILogger log) : IHttpApplication<HttpContext>
{
    readonly RouteTable _routes = new(routes);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var reply = await ReplyAsync(context.Request, context.RequestAborted);
        if (context.RequestAborted.IsCancellationRequested) return;

        var (response, headers) = (context.Response, context.Response.Headers);
        response.StatusCode = reply.Status;
        if (reply.Status == StatusCodes.Status405MethodNotAllowed) headers.Allow = HttpMethods.Get;
        headers.ContentType = reply.ContentType;
        headers.ContentLength = reply.Body.Length;
        headers.ContentSecurityPolicy = reply.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        await response.BodyWriter.WriteAsync(reply.Body, context.RequestAborted);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    async Task<Reply> ReplyAsync(HttpRequest request, CancellationToken ct)
    {
        if (!hosts.Allows(request.Host))
            return Reply.Text(StatusCodes.Status421MisdirectedRequest, "This worker does not answer to that host name; Rebase:Http:AllowedHosts names those it answers to.");
        if (_routes.Find(request.Path.Value ?? "") is not var (route, number)) return Reply.Text(StatusCodes.Status404NotFound, "There is nothing here.");
        if (!HttpMethods.IsGet(request.Method)) return Reply.Text(StatusCodes.Status405MethodNotAllowed, "Only GET is answered.");
        try
        {
            return await route.AnswerAsync(number, ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            return Reply.Text(StatusCodes.Status503ServiceUnavailable, "The request was given up.");
        }
        catch (Exception e)
        {
            log.RequestFailed(route.Path, e);
            return Reply.Text(StatusCodes.Status500InternalServerError, "A fault of the program; its log has the reason.");
        }
    }
}
