using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>A file of a web server: ranges by RFC 9110, section 14, with If-Range: a server sends changed content as a whole.</summary>
sealed class HttpsFile(RemoteUri uri, HttpClient client, RetryPolicy retry, TimeProvider time) : IRemoteFile
{
    const int MostRedirects = 10;

    public RemoteUri Uri => uri;

    /// <summary>
    /// A client for any number of files. It keeps no cookies and follows no redirect by itself: this class checks each redirect first.
    /// </summary>
    /// <param name="sources">Which addresses it connects to, whatever a name or a redirect leads to.</param>
    public static HttpClient Client(AllowedSources sources) => new(new SocketsHttpHandler
    {
        ConnectCallback = sources.IsUnchecked ? null : (context, ct) => GuardedConnection.OpenAsync(sources, context, ct),
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        // A server's name may get another address.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new("rebase", null) }, AcceptEncoding = { new("identity") } },
    };

    public async Task<RemoteContent> OpenAsync(long offset, string? validator, CancellationToken ct)
    {
        if (!IsSafe(uri.Address)) throw new UserException(ExitCode.BadInput, $"{uri} would be fetched unencrypted: write it with https");
        var from = validator is null ? 0 : offset;
        while (true)
        {
            var response = await AnswerAsync(from, validator, ct);
            try
            {
                if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable && from > 0)
                {
                    // The server has fewer bytes than are here: it is another file.
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
            throw new UserException(
                ExitCode.NotFound, $"{uri} comes compressed ({string.Join(", ", response.Content.Headers.ContentEncoding)}), although " +
                "the request asked for the plain file: download it in another way and name the local file");
        var validator = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : null;
        var range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                return new(await response.Content.ReadAsStreamAsync(ct), 0, response.Content.Headers.ContentLength, validator, response);
            case HttpStatusCode.PartialContent when range is { Unit: "bytes", HasRange: true } && range.From == from:
                return new(await response.Content.ReadAsStreamAsync(ct), from, range.Length, validator, response);
            case HttpStatusCode.PartialContent:
                throw new RemoteFaultException($"the server sent a range of bytes that was not requested ({range})");
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
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || response.Headers.Location is not { } location) return response;
            response.Dispose();
            var next = new Uri(address, location);
            // A redirect from another server must not lead to a port of this machine.
            if (next.Scheme != System.Uri.UriSchemeHttps && !(address.Scheme == System.Uri.UriSchemeHttp && IsSafe(next)))
                throw new UserException(
                    ExitCode.NotFound, $"{uri} redirects to {next.Scheme}://{next.Host}, which is not https: name another address");
            address = next;
        }

        throw new UserException(ExitCode.NotFound, $"{uri} redirects too often: name another address");
    }

    async Task<HttpResponseMessage> SendAsync(Uri address, long from, string? validator, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
        {
            request.Headers.Range = new(from, null);
            request.Headers.IfRange = new(EntityTagHeaderValue.Parse(validator!));
        }

        using var overdue = new CancellationTokenSource(retry.Answer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, overdue.Token);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (HttpRequestException e) when (e.InnerException is GuardedConnectionException)
        {
            throw new UserException(
                ExitCode.BadInput, $"{uri} can't be fetched: {address.Host} is an address of this machine or of its own network, and no " +
                "entry of Rebase:Sources names it", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new RemoteFaultException($"the server did not answer within {retry.Answer.TotalSeconds:0.#} s", e);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound })
        {
            throw new UserException(ExitCode.NotFound, $"{uri} can't be fetched: there is no host {address.Host}", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw new UserException(
                ExitCode.NoPermission, $"{uri} can't be fetched: the certificate of {address.Host} is not trusted " +
                $"({e.InnerException.Message})", e);
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
            404 or 410 => new UserException(ExitCode.NotFound, $"{uri} does not exist: {status}"),
            401 or 403 or 407 => new UserException(
                ExitCode.NoPermission, $"{uri} may not be read: {status}; a private blob needs its account under Rebase:Blobs, or a " +
                "signature that has not expired", new HttpRequestException(status, null, response.StatusCode)),
            408 or 425 or 429 or 500 or 502 or 503 or 504 =>
                new RemoteFaultException(status, retryAfter: RetryAfter(response.Headers.RetryAfter)),
            _ => new UserException(ExitCode.NotFound, $"{uri} can't be fetched: {status}"),
        };
    }

    TimeSpan? RetryAfter(RetryConditionHeaderValue? said) => said?.Delta ?? said?.Date - time.GetUtcNow();

    static bool IsSafe(Uri address) => address.Scheme == System.Uri.UriSchemeHttps
        || address.Scheme == System.Uri.UriSchemeHttp && address.IsLoopback;
}
