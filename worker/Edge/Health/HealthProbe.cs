using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RebaseBatch.Platform.Http;

namespace RebaseBatch.Edge.Health;

/// <summary>Asks the worker of this machine about its health, as an orchestrator does.</summary>
/// <param name="options">The options of a server that is on.</param>
sealed class HealthProbe(HttpOptions options)
{
    const string Stranger = "what answers there is not a worker";

    // Longer than the longest readiness check.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <summary>The worker's address, seen from this machine.</summary>
    public Uri Worker { get; } =
        new UriBuilder(Uri.UriSchemeHttp, Reachable(IPAddress.Parse(options.Address)).ToString(), options.Port).Uri;

    /// <param name="path">The path of a health endpoint.</param>
    /// <returns>Null if the worker is well. Otherwise the reason, one sentence.</returns>
    public async Task<string?> AskAsync(string path, CancellationToken ct)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = Worker, Timeout = s_patience,
        };
        try
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), ct);
            if (response.StatusCode is HttpStatusCode.OK) return null;
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            var report = await JsonSerializer.DeserializeAsync(body, HealthJson.Default.HealthAnswer, ct);
            return report is null
                ? Stranger : string.Join("; ", report.Checks.Where(check => !check.Ok).Select(check => $"{check.Name}: {check.Reason}"));
        }
        catch (HttpRequestException e)
        {
            return $"it does not answer ({(e.InnerException as SocketException)?.Message ?? e.Message})";
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"it did not answer within {s_patience.TotalSeconds:F0} s";
        }
        catch (JsonException)
        {
            return Stranger;
        }
    }

    static IPAddress Reachable(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
}
