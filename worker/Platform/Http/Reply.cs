using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace RebaseBatch.Platform.Http;

/// <summary>Answers of the kinds that the framework has no result for.</summary>
static class Reply
{
    /// <summary>One sentence as plain text.</summary>
    public static IResult Sentence(int status, string sentence) => Results.Text($"{sentence}\n", "text/plain", Encoding.UTF8, status);

    /// <summary>
    /// JSON of a known length. The framework's own JSON result streams: it states no length, and a fault in the middle cuts the answer off.
    /// </summary>
    public static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        Results.Text(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json; charset=utf-8", status);

    /// <summary>An HTML page.</summary>
    /// <param name="html">UTF-8.</param>
    /// <param name="contentSecurityPolicy">What a browser may load and run for it.</param>
    public static IResult Page(byte[] html, string contentSecurityPolicy, int status = StatusCodes.Status200OK) =>
        new HtmlPage(html, contentSecurityPolicy, status);

    sealed class HtmlPage(byte[] html, string contentSecurityPolicy, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.Headers.ContentSecurityPolicy = contentSecurityPolicy;
            return Results.Bytes(html, "text/html; charset=utf-8").ExecuteAsync(httpContext);
        }
    }
}
