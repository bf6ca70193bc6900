using System.Net;
using System.Net.Sockets;

namespace RebaseBatch.Tests.Support.ServiceBus;

/// <summary>
/// The broker's door to the network: it forwards between the port that clients know and the one where AMQP is spoken. So the connection can
/// freeze as a whole, heartbeats too, and the broker can be away and come back on the same port.
/// </summary>
sealed class BrokerGate : IDisposable
{
    readonly Lock _gate = new();
    readonly List<Socket> _sockets = [];
    readonly IPEndPoint _inner;
    Socket _listener;
    TaskCompletionSource _thawed = Opened();

    public BrokerGate(int innerPort)
    {
        _inner = new(IPAddress.Loopback, innerPort);
        _listener = Bound(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        Open();
    }

    public int Port { get; }

    /// <summary>Nothing passes in either direction, and connections stay open. A new one is accepted and gets no answer.</summary>
    public void Freeze()
    {
        lock (_gate)
            if (_thawed.Task.IsCompleted) _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What came meanwhile passes now.</summary>
    public void Thaw()
    {
        lock (_gate) _thawed.TrySetResult();
    }

    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _sockets) socket.Close();
            _sockets.Clear();
        }
    }

    /// <summary>Cuts every connection; new ones are refused. The port stays bound, so that nobody else takes it.</summary>
    public void Close()
    {
        _listener.Dispose();
        Cut();
        _listener = Bound(Port);
    }

    public void Open()
    {
        _listener.Listen();
        _ = AcceptAsync(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        Thaw();
        Cut();
    }

    static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    static Socket Bound(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    Task ThawedAsync()
    {
        lock (_gate) return _thawed.Task;
    }

    async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true) _ = ForwardAsync(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The gate was closed.
        }
    }

    async Task ForwardAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_gate) _sockets.AddRange([client, server]);
        try
        {
            await ThawedAsync();
            await server.ConnectAsync(_inner);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client left, or the connection was cut.
        }
        finally
        {
            client.Close();
            server.Close();
            lock (_gate) _sockets.RemoveAll(socket => socket == client || socket == server);
        }
    }

    async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await ThawedAsync();
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed from one side or the other.
        }
    }
}
