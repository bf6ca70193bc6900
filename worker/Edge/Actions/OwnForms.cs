using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RebaseBatch.Edge.Actions;

/// <summary>Takes forms that this server's own pages sent, and no others.</summary>
static class OwnForms
{
    const int LongestBody = 4_096;

    const string FormType = "application/x-www-form-urlencoded";

    /// <summary>
    /// Whether a browser says that the request comes from this server's own page. It sends at least one of the two headers with every form,
    /// and no page can set them. The scheme is not compared: a proxy may end TLS before this server.
    /// </summary>
    public static bool IsFromOwnPage(HttpRequest request)
    {
        var (origin, site) = (request.Headers.Origin, request.Headers["Sec-Fetch-Site"]);
        if (origin.Count == 0 && site.Count == 0) return false;
        return (site.Count == 0 || site is ["same-origin"])
            && (origin.Count == 0 || origin is [{ } text] && Uri.TryCreate(text, UriKind.Absolute, out var uri)
                && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The form's fields; null: the body is no form, or too long.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        // The server takes no body anywhere else.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LongestBody;
        if (request.ContentType?.Split(';')[0].Trim().Equals(FormType, StringComparison.OrdinalIgnoreCase) is not true) return null;
        try
        {
            return await request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
        {
            // The rest of the body is not read: what comes on the connection is no request.
            context.Response.Headers.Connection = "close";
            return null;
        }
    }

    /// <summary>The one value of a field; null: it is not there, or more than once.</summary>
    public static string? One(this IFormCollection form, string field) =>
        form.TryGetValue(field, out var values) && values is [{ } one] ? one : null;
}
