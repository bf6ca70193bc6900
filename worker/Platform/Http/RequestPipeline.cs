using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Http;

/// <summary>The rules for every request, whatever its route.</summary>
static class RequestPipeline
{
    /// <summary>A browser may load and run nothing, unless a page says otherwise.</summary>
    const string NothingElse = "default-src 'none'; frame-ancestors 'none'";

    public static void Use(IApplicationBuilder app, AllowedHosts hosts, ILogger log) => app
        .Use(WithHeaders)
        .Use((context, next) => WithoutFaultsAsync(context, next, log))
        .Use((context, next) => FromAllowedHostAsync(context, next, hosts))
        .UseStatusCodePages(reply => EmptyStatus(reply.HttpContext.Response.StatusCode).ExecuteAsync(reply.HttpContext));

    static Task WithHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = NothingElse;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    }

    static async Task WithoutFaultsAsync(HttpContext context, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            log.RequestFailed((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "", e);
            var reply = Reply.Sentence(StatusCodes.Status500InternalServerError, "The program has a fault; its log has the reason.");
            await reply.ExecuteAsync(context);
        }
    }

    static Task FromAllowedHostAsync(HttpContext context, RequestDelegate next, AllowedHosts hosts) => hosts.Allows(context.Request.Host)
        ? next(context)
        : Reply.Sentence(
            StatusCodes.Status421MisdirectedRequest,
            "This worker does not answer to that host name; Rebase:Http:AllowedHosts lists the names that it answers to.")
                .ExecuteAsync(context);

    static IResult EmptyStatus(int status) => Reply.Sentence(status, status switch
    {
        StatusCodes.Status404NotFound => "There is nothing here.",
        StatusCodes.Status405MethodNotAllowed => "That method is not answered here.",
        _ => "The request can't be answered.",
    });
}
