using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// Connects to a host's allowed addresses only. The check and the connection use the same answer of the name service, so the name can't
/// lead elsewhere in between.
/// </summary>
static class GuardedConnection
{
    /// <exception cref="GuardedConnectionException">No address is allowed.</exception>
    public static async ValueTask<Stream> OpenAsync(AllowedSources sources, SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, ct);
        // Through a proxy of this machine's environment the other end of the connection is the proxy, and the proxy looks up the name.
        var isProxy = context.InitialRequestMessage.RequestUri?.IdnHost.Trim('[', ']') is { } asked
            && !asked.Equals(host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        IPAddress[] allowed = isProxy ? addresses : [.. addresses.Where(address => sources.Connects(host, address))];
        if (allowed.Length == 0) throw new GuardedConnectionException(host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
