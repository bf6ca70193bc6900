using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>
/// Forwards connections to the server. While it has lost the server, it answers as PgBouncer does then: open connections end, and new ones
/// get the fatal error 08P01.
/// </summary>
sealed class PoolerStandIn : IDisposable
{
    static readonly byte[] s_lost = Error("SFATAL", "C08P01", "Mserver login has been failing, try again later (server_login_retry)");

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly EndPoint _server;
    readonly Lock _gate = new();
    readonly List<Socket> _open = [];
    volatile bool _isLost;

    public PoolerStandIn(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _server = settings.Host!.StartsWith('/') ? new UnixDomainSocketEndPoint($"{settings.Host}/.s.PGSQL.{settings.Port}")
            : new DnsEndPoint(settings.Host, settings.Port);
        _listener.Start();
        (settings.Host, settings.Port, settings.SslMode) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode.Disable);
        ConnectionString = settings.ConnectionString;
        _ = AcceptAsync();
    }

    /// <summary>The same database, through this.</summary>
    public string ConnectionString { get; }

    public async Task LoseServerAsync(TimeSpan duration)
    {
        _isLost = true;
        lock (_gate)
        {
            foreach (var socket in _open) socket.Close();
            _open.Clear();
        }
        await Task.Delay(duration);
        _isLost = false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
            foreach (var socket in _open) socket.Close();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    async Task ServeAsync(Socket client)
    {
        try
        {
            if (_isLost)
            {
                await client.ReceiveAsync(new byte[1024]);
                await client.SendAsync(s_lost);
                client.Close();
                return;
            }

            var server = _server is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await server.ConnectAsync(_server);
            lock (_gate) _open.AddRange([client, server]);
            _ = PumpAsync(client, server);
            await PumpAsync(server, client);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            client.Close();
        }
    }

    static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count) await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed from one side or the other.
        }

        from.Close();
        to.Close();
    }

    /// <summary>An ErrorResponse of PostgreSQL's protocol: 'E', the length, and fields that end with a zero.</summary>
    static byte[] Error(params IReadOnlyList<string> fields)
    {
        var body = Encoding.ASCII.GetBytes(string.Concat(fields.Select(field => field + '\0')) + '\0');
        var length = BitConverter.GetBytes(IPAddress.HostToNetworkOrder(body.Length + 4));
        return [(byte)'E', .. length, .. body];
    }
}
