using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Tests.Support.Http;

static class FreePort
{
    /// <summary>A port that a server can listen on now. One where nobody listens for longer is <see cref="RefusedPort"/>.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
