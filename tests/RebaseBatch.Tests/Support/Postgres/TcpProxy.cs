using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>Forwards between a client and the test's server, and cuts, refuses or swallows what passes.</summary>
sealed class TcpProxy : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly string _host;
    readonly int _port;
    readonly Lock _gate = new();
    readonly List<Link> _links = [];

    public TcpProxy(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        (_host, _port) = (settings.Host!, settings.Port);
        _listener.Start();
        (settings.Host, settings.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        ConnectionString = settings.ConnectionString;
        _ = AcceptAsync();
    }

    /// <summary>The same database, through the proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>While true, connections are closed as soon as they are made.</summary>
    public volatile bool Refuses;

    /// <summary>Connections that <see cref="Refuses"/> closed.</summary>
    public int Refusals { get; private set; }

    /// <summary>While set, new connections get an error with this SQLSTATE, as from a server that refuses or from a pooler.</summary>
    public volatile string? RefusesWith;

    /// <summary>While true, a login is answered with a process id that is not the server's, as a pooler does.</summary>
    public volatile bool HidesProcess;

    /// <summary>From now on the present connections swallow everything, as a dead network does; new ones work.</summary>
    public void Swallow()
    {
        lock (_gate)
            foreach (var link in _links) link.Swallows = true;
    }

    public void CloseAll()
    {
        lock (_gate)
            foreach (var link in _links) link.Close();
    }

    public void Dispose()
    {
        _listener.Dispose();
        CloseAll();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                if (Refuses)
                {
                    Refusals++;
                    client.Close();
                    continue;
                }

                if (RefusesWith is { } state)
                {
                    _ = AnswerAsync(client, state);
                    continue;
                }

                var link = new Link(client, await ConnectAsync()) { HidesProcess = HidesProcess };
                lock (_gate) _links.Add(link);
                link.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }
    }

    /// <summary>Reads the client's first message and answers with a fatal error.</summary>
    static async Task AnswerAsync(Socket client, string state)
    {
        using var _ = client;
        try
        {
            var buffer = new byte[4096];
            // A request for encryption has 8 bytes, and is answered with a no. The message after it begins the session.
            while (await client.ReceiveAsync(buffer) == 8) await client.SendAsync("N"u8.ToArray());
            var fields = Encoding.ASCII.GetBytes($"SFATAL\0VFATAL\0C{state}\0Mscripted\0\0");
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, fields.Length + 4);
            await client.SendAsync((byte[])[(byte)'E', .. length, .. fields]);
            client.Shutdown(SocketShutdown.Send);
            while (await client.ReceiveAsync(buffer) > 0) { }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client left first.
        }
    }

    async Task<Socket> ConnectAsync()
    {
        var unix = _host.StartsWith('/');
        var server = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync(unix ? new UnixDomainSocketEndPoint($"{_host}/.s.PGSQL.{_port}") : new DnsEndPoint(_host, _port));
        return server;
    }

    sealed class Link(Socket client, Socket server)
    {
        public volatile bool Swallows;

        public required bool HidesProcess { get; init; }

        public void Start()
        {
            _ = PumpAsync(client, server);
            _ = PumpAsync(server, client);
        }

        public void Close()
        {
            client.Close();
            server.Close();
        }

        async Task PumpAsync(Socket from, Socket to)
        {
            var buffer = new byte[1 << 16];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var count)
                {
                    // BackendKeyData: a K, its length of 12 bytes, the process id and the key.
                    if (HidesProcess && from == server && buffer.AsSpan(0, count).IndexOf("K\0\0\0\f"u8) is >= 0 and var at)
                        buffer[at + 8] ^= 0x55;
                    if (!Swallows) await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed from one side or the other.
            }

            if (!Swallows) Close();
        }
    }
}
