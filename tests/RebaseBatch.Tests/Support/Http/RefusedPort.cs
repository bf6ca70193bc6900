using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Tests.Support.Http;

/// <summary>
/// A port where connections are refused until it is disposed. It is bound, so no server of another test gets it; a port that was only
/// free (<see cref="FreePort"/>) can be another test's server a moment later.
/// </summary>
sealed class RefusedPort : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <param name="number">0 for any that is free.</param>
    public RefusedPort(int number = 0)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, number));
    }

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public Uri Uri => new($"http://127.0.0.1:{Number}/");

    public void Dispose() => _socket.Dispose();
}
