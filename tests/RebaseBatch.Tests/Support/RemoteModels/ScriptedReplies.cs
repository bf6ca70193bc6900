using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>Answers requests by a function, without a network.</summary>
/// <param name="answer">From path and body to the reply; null is 404.</param>
sealed class ScriptedReplies(Func<string, JsonElement, string?> answer) : HttpMessageHandler
{
    public ConcurrentQueue<(Uri Address, JsonElement Body)> Requests { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null
            ? default : JsonDocument.Parse(await request.Content.ReadAsStringAsync(cancellationToken)).RootElement;
        Requests.Enqueue((request.RequestUri!, body));
        var reply = answer(request.RequestUri!.AbsolutePath.TrimStart('/'), body);
        return new(reply is null ? HttpStatusCode.NotFound : HttpStatusCode.OK)
        {
            Content = new StringContent(reply ?? "{}", Encoding.UTF8, "application/json"),
        };
    }
}
