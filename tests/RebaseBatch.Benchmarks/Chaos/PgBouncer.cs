using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>A real PgBouncer in transaction mode between the workers and the server.</summary>
sealed class PgBouncer : IDisposable
{
    readonly string _program;
    readonly string _configuration;
    readonly int _port = FreePort();
    Process? _process;

    PgBouncer(string program, string connectionString, DirectoryInfo folder)
    {
        (_program, _configuration) = (program, Path.Combine(folder.FullName, "pgbouncer.ini"));
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var password = server.Password is { Length: > 0 } secret ? $"password='{secret}'" : "";
        // It takes any client: it listens on loopback only, and logs in to the server itself. It refuses to run as root.
        File.WriteAllText(_configuration, $"""
            [databases]
            {server.Database} = host={server.Host} port={server.Port} user={server.Username} {password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            ignore_startup_parameters = extra_float_digits,options
            server_login_retry = 1
            query_wait_timeout = 5
            {(Environment.IsPrivilegedProcess ? "user = nobody" : "")}
            """);
        (server.Host, server.Port, server.SslMode, server.NoResetOnClose) = ("127.0.0.1", _port, SslMode.Disable, true);
        ConnectionString = server.ConnectionString;
    }

    /// <summary>The same database, through PgBouncer.</summary>
    public string ConnectionString { get; }

    /// <summary>The program on the path; null when there is none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "pgbouncer")).FirstOrDefault(File.Exists);

    /// <param name="program">From <see cref="Find"/>.</param>
    /// <param name="connectionString">Of the server.</param>
    /// <param name="folder">For its configuration.</param>
    /// <exception cref="InvalidOperationException">It ended at once; its own message says why.</exception>
    public static async Task<PgBouncer> StartAsync(string program, string connectionString, DirectoryInfo folder)
    {
        var bouncer = new PgBouncer(program, connectionString, folder);
        await bouncer.StartAsync();
        return bouncer;
    }

    /// <summary>SIGKILL, and a new start after a while.</summary>
    public async Task KillAsync(TimeSpan away)
    {
        Dispose();
        await Task.Delay(away);
        await StartAsync();
    }

    public void Dispose()
    {
        if (_process is not { } process) return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
    }

    /// <summary>Starts it, and waits until it listens.</summary>
    async Task StartAsync()
    {
        _process = Process.Start(_program, ["-q", _configuration]);
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"{_program} ended with code {_process.ExitCode}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
