using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>A file of a web server: ranges by RFC 9110, section 14, with If-Range so that content that has changed is sent whole.</summary>
sealed class HttpsFile(RemoteUri uri, HttpClient client, RetryPolicy patience, TimeProvider time) : IRemoteFile
{
    const int MostRedirects = 10;

    public RemoteUri Uri => uri;

    /// <summary>A client for any number of files. It keeps no cookies, and follows no redirect by itself: each is looked at first.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        // Names of servers move.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new("rebase", null) }, AcceptEncoding = { new("identity") } },
    };

    public async Task<RemoteContent> OpenAsync(long offset, string? validator, CancellationToken ct)
    {
        if (!IsSafe(uri.Address)) throw new UserException(ExitCode.BadInput, $"{uri} would come over the network unprotected: write it with https");
        var from = validator is null ? 0 : offset;
        while (true)
        {
            var response = await AnswerAsync(from, validator, ct);
            try
            {
                if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable && from > 0)
                {
                    // Fewer bytes are there than are here: it is another file.
                    response.Dispose();
                    from = 0;
                    continue;
                }

                return await ContentAsync(response, from, ct);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    async Task<RemoteContent> ContentAsync(HttpResponseMessage response, long from, CancellationToken ct)
    {
        if (response.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw new UserException(ExitCode.NotFound, $"{uri} comes compressed ({string.Join(", ", response.Content.Headers.ContentEncoding)}) though it was asked for as it is: download it by other means and name the file");
        var validator = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : null;
        var range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                return new(await response.Content.ReadAsStreamAsync(ct), 0, response.Content.Headers.ContentLength, validator, response);
            case HttpStatusCode.PartialContent when range is { Unit: "bytes", HasRange: true } && range.From == from:
                return new(await response.Content.ReadAsStreamAsync(ct), from, range.Length, validator, response);
            case HttpStatusCode.PartialContent:
                throw new RemoteFaultException($"the server answers a range of bytes that was not asked for ({range})");
            default:
                throw Refusal(response);
        }
    }

    /// <summary>The answer after all redirects.</summary>
    async Task<HttpResponseMessage> AnswerAsync(long from, string? validator, CancellationToken ct)
    {
        var address = uri.Address;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var response = await SendAsync(address, from, validator, ct);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || response.Headers.Location is not { } location) return response;
            response.Dispose();
            var next = new Uri(address, location);
            // A server elsewhere must not point at this machine's own ports either.
            if (next.Scheme != System.Uri.UriSchemeHttps && !(address.Scheme == System.Uri.UriSchemeHttp && IsSafe(next)))
                throw new UserException(ExitCode.NotFound, $"{uri} leads on to {next.Scheme}://{next.Host}, which is not https: name another address");
            address = next;
        }

        throw new UserException(ExitCode.NotFound, $"{uri} leads on from address to address without end: name another one");
    }

    async Task<HttpResponseMessage> SendAsync(Uri address, long from, string? validator, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
        {
            request.Headers.Range = new(from, null);
            request.Headers.IfRange = new(EntityTagHeaderValue.Parse(validator!));
        }

        using var overdue = new CancellationTokenSource(patience.Answer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, overdue.Token);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new RemoteFaultException($"the server did not answer within {patience.Answer.TotalSeconds:0.#} s", e);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound })
        {
            throw new UserException(ExitCode.NotFound, $"{uri} can't be had: there is no host {address.Host}", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw new UserException(ExitCode.NoPermission, $"{uri} can't be had: the certificate of {address.Host} can't be trusted ({e.InnerException.Message})", e);
        }
        catch (HttpRequestException e)
        {
            throw new RemoteFaultException($"the server can't be reached: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    Exception Refusal(HttpResponseMessage response)
    {
        var status = $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        return (int)response.StatusCode switch
        {
            404 or 410 => new UserException(ExitCode.NotFound, $"{uri} is not there: {status}"),
            401 or 403 or 407 => new UserException(ExitCode.NoPermission, $"{uri} may not be read: {status}; a private blob needs its account under Rebase:Blobs, or a signature that still holds"),
            408 or 425 or 429 or 500 or 502 or 503 or 504 => new RemoteFaultException(status, retryAfter: RetryAfter(response.Headers.RetryAfter)),
            _ => new UserException(ExitCode.NotFound, $"{uri} can't be had: {status}"),
        };
    }

    TimeSpan? RetryAfter(RetryConditionHeaderValue? said) => said?.Delta ?? said?.Date - time.GetUtcNow();

    static bool IsSafe(Uri address) => address.Scheme == System.Uri.UriSchemeHttps || address.Scheme == System.Uri.UriSchemeHttp && address.IsLoopback;
}
