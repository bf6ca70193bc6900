using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Notifications;

/// <summary>Posts a body once. It follows no redirect: the secret path would go to another server.</summary>
/// <param name="sources">Which addresses it connects to, whatever a name leads to.</param>
sealed class NotificationSender(AllowedSources sources, WebhookSignature signature, TimeProvider time) : IDisposable
{
    /// <summary>Longest wait for an answer. The receivers' rules ask for an answer within seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    const int MostOfAnswer = 1_000;

    // It keeps no cookies, and takes the proxy of the environment as .NET does.
    readonly HttpClient _client = new(new SocketsHttpHandler
    {
        ConnectCallback = sources.IsUnchecked ? null : (context, ct) => GuardedConnection.OpenAsync(sources, context, ct),
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // A server's name may get another address.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new("rebase", null) } },
    };

    /// <param name="id">The receiver can drop a repeat by it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled. Whether the receiver has the body is not known then.</exception>
    public async Task<Delivery> SendAsync(
        NotificationAddress address, NotificationForm form, string id, byte[] body, CancellationToken ct)
    {
        if (!sources.Allows(address.Uri.AbsoluteUri))
            return new($"{address.Uri.Authority} is not in Rebase:Sources:Notifications", IsFinal: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, address.Uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        if (form is NotificationForm.Webhook) Sign(request, id, body);
        using var overdue = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, overdue.Token);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? default : await RefusalAsync(response, address, either.Token);
        }
        catch (HttpRequestException e) when (e.InnerException is GuardedConnectionException)
        {
            return new($"{address.Uri.Host} is an address of this machine or of its own network, and no entry of "
                + "Rebase:Sources:Notifications names it", IsFinal: true);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(string.Create(CultureInfo.InvariantCulture, $"no answer within {Patience.TotalSeconds:0} s"));
        }
        catch (HttpRequestException e)
        {
            return new($"it can't be reached: {address.Without(e.InnerException?.Message ?? e.Message)}");
        }
    }

    public void Dispose() => _client.Dispose();

    void Sign(HttpRequestMessage request, string id, byte[] body)
    {
        // The time of the attempt: receivers refuse what is older than some minutes.
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        if (signature.IsThere) request.Headers.Add("webhook-signature", signature.Of(id, now, body));
    }

    async Task<Delivery> RefusalAsync(HttpResponseMessage response, NotificationAddress address, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var said = await SaidAsync(response, ct);
        var error = $"it answers {status} {response.ReasonPhrase}".TrimEnd() + (said.Length > 0 ? $": {address.Without(said)}" : "");
        return status switch
        {
            408 or 425 or 429 or >= 500 => new(error, RetryAfter: RetryAfter(response.Headers.RetryAfter)),
            >= 300 and < 400 => new($"{error}; no redirect is followed: name the address that it leads to", IsFinal: true),
            _ => new(error, IsFinal: true),
        };
    }

    // Slack says in a word what is wrong.
    static async Task<string> SaidAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("text/plain" or "application/json")) return "";
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(ct);
            var buffer = new byte[MostOfAnswer];
            var length = await stream.ReadAtLeastAsync(buffer, MostOfAnswer, throwOnEndOfStream: false, ct);
            return Summaries.MarkdownText.Line(Encoding.UTF8.GetString(buffer, 0, length), longest: 200);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return "";
        }
    }

    TimeSpan? RetryAfter(RetryConditionHeaderValue? said) => said?.Delta ?? said?.Date - time.GetUtcNow();
}
