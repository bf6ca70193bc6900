using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>A server for one test alone: the test may kill it or break its files.</summary>
sealed class OwnPostgres : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly List<EmbeddedPostgres> _users = [];

    public OwnPostgres()
    {
        Options = new() { DataDirectory = _folder.Path, Durable = false };
        Folder = new(Path.Combine(Options.DataDirectory, "postgres"));
    }

    public EmbeddedPostgresOptions Options { get; set; }

    /// <summary>The server's own folder.</summary>
    public PostgresFolder Folder { get; }

    /// <summary>Process number of the postmaster; null while none runs.</summary>
    public int? Postmaster => PidFile.Read(Folder.PidFile) is { } pid && PostgresProcesses.IsPostmaster(pid, Folder.Data)
        ? pid.Process : null;

    /// <summary>A server that runs already.</summary>
    public static async Task<OwnPostgres> StartedAsync()
    {
        var own = new OwnPostgres();
        await own.StartAsync();
        return own;
    }

    /// <summary>Starts or joins the server; leaves it at the end of the test.</summary>
    public async Task<EmbeddedPostgres> StartAsync(CancellationToken ct = default)
    {
        var user = await EmbeddedPostgres.StartAsync(Options, NullLogger.Instance, ct);
        lock (_users) _users.Add(user);
        return user;
    }

    /// <summary>SIGKILL for the postmaster alone: its children are left to themselves.</summary>
    public void KillPostmaster() => PostgresProcesses.Kill(Postmaster ?? throw new InvalidOperationException("no server runs"));

    /// <summary>SIGKILL for the postmaster and all its children.</summary>
    public async Task KillAsync()
    {
        foreach (var process in PostgresProcesses.Of(Folder.Data)) PostgresProcesses.Kill(process);
        await Eventually.TrueAsync(() => PostgresProcesses.Of(Folder.Data).Count == 0);
    }

    /// <summary>Asks as the superuser.</summary>
    public static async Task<T> AskAsync<T>(EmbeddedPostgres server, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var user in _users) await user.DisposeAsync();
        await KillAsync();
        _folder.Dispose();
    }
}
