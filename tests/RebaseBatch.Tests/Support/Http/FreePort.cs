using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Tests.Support.Http;

static class FreePort
{
    /// <summary>A port that nobody listens on now. The system gives out other ports before it gives out this one again.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
