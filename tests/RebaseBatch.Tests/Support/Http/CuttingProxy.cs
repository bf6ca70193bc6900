using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Tests.Support.Http;

/// <summary>Forwards between a client and a server of this machine, and fails as networks do.</summary>
sealed class CuttingProxy : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly int _port;
    int _connections;

    public CuttingProxy(int port)
    {
        _port = port;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many of the server's bytes a connection lets through, by the connection's number from 0.</summary>
    public Func<int, long> Passes { get; init; } = _ => long.MaxValue;

    /// <summary>Whether a connection that has let its bytes through stays open and sends nothing more; else it is cut.</summary>
    public bool Stalls { get; init; }

    public int Connections => _connections;

    public void Dispose() => _listener.Dispose();

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await _listener.AcceptSocketAsync(), Passes(Interlocked.Increment(ref _connections) - 1));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }
    }

    async Task PassAsync(Socket client, long most)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _port);
            await Task.WhenAny(PumpAsync(client, server, long.MaxValue, stalls: false), PumpAsync(server, client, most, Stalls));
        }
        catch (SocketException)
        {
            // The server is gone.
        }

        client.Close();
    }

    static async Task PumpAsync(Socket from, Socket to, long most, bool stalls)
    {
        var buffer = new byte[1 << 14];
        try
        {
            while (most > 0 && await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(most, buffer.Length))) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
                most -= count;
            }

            if (stalls && most == 0) await Task.Delay(Timeout.Infinite);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed from one side or the other.
        }
    }
}
