using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Tests.Support.Http;

static class FreePort
{
    /// <summary>A port that nobody listens on now. The system hands out others before it gives this one away again.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
