using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>How a test steers a server that runs in another process. It uses paths that no real server has.</summary>
static class ModelServerControl
{
    public const string Prefix = "/test/";

    /// <summary>Takes a <see cref="ModelServerFault"/> as JSON: <c>times</c>, <c>status</c>, <c>retryAfter</c>, <c>delayMilliseconds</c>,
    /// <c>cut</c>.</summary>
    public const string Faults = "/test/faults";

    /// <summary>Takes what the server says of itself as JSON: <c>model</c>, <c>version</c>, <c>weights</c>, <c>apiKey</c>.</summary>
    public const string Identity = "/test/identity";

    /// <summary>Says what the server has done.</summary>
    public const string Counts = "/test/counts";

    public static async Task AnswerAsync(HttpContext http, ModelServer server)
    {
        switch (http.Request.Path.Value)
        {
            case Counts:
                await http.Response.WriteAsJsonAsync(
                    new ModelServerCounts(server.Running, server.Served, server.Aborted, server.Tokens.Prompt, server.Tokens.Cached,
                        server.Tokens.Drawn), http.RequestAborted);
                return;
            case Faults:
                var fault = await BodyAsync(http);
                server.Meet(new()
                {
                    Status = fault.Field("status")?.GetInt32(), RetryAfter = fault.Field("retryAfter")?.GetString(),
                    Delay = TimeSpan.FromMilliseconds(fault.Number("delayMilliseconds", 0)), IsCut = fault.Flag("cut"),
                }, fault.Count("times", 1));
                return;
            case Identity:
                var said = await BodyAsync(http);
                server.Identity = server.Identity with
                {
                    Model = said.Field("model")?.GetString() ?? server.Identity.Model,
                    Version = said.Field("version")?.GetString() ?? server.Identity.Version,
                    Weights = said.Field("weights")?.GetString() ?? server.Identity.Weights,
                    ApiKey = said.Field("apiKey")?.GetString() ?? server.Identity.ApiKey,
                };
                return;
            default:
                http.Response.StatusCode = 404;
                return;
        }
    }

    static async Task<JsonElement> BodyAsync(HttpContext http) =>
        await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body, cancellationToken: http.RequestAborted);
}
