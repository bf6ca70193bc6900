using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Benchmarks.Database;

/// <summary>
/// The benchmark's own server in a temporary folder. It is as durable as the product's server, has the current schema, and is deleted at
/// the end.
/// </summary>
sealed class PrivatePostgres : IAsyncDisposable
{
    readonly DirectoryInfo _folder;
    readonly EmbeddedPostgres _server;

    PrivatePostgres(DirectoryInfo folder, EmbeddedPostgres server)
    {
        (_folder, _server) = (folder, server);
        DataSource = Connect();
    }

    public NpgsqlDataSource DataSource { get; }

    public string ConnectionString => _server.ConnectionString;

    /// <summary>Processor seconds of the server's processes that are alive.</summary>
    public double CpuSeconds => PostgresProcesses.Of(Data).Sum(CpuSecondsOf);

    public static Task<PrivatePostgres> StartAsync() => StartAsync(Directory.CreateTempSubdirectory("rebase-benchmark-"));

    /// <param name="folder">Empty. It is deleted at the end.</param>
    public static async Task<PrivatePostgres> StartAsync(DirectoryInfo folder)
    {
        // When this process is root, PostgreSQL runs as another user, who must be able to enter the folder.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var postgres =
            new PrivatePostgres(folder,
                await EmbeddedPostgres.StartAsync(new() { DataDirectory = folder.FullName }, NullLogger.Instance, default));
        await new Migrator(postgres.DataSource).MigrateAsync(default);
        await using var owner = await postgres.DataSource.OpenConnectionAsync();
        await QueryLogin.GrantAsync(owner, PrivateRoles.Reader, default);
        return postgres;
    }

    /// <summary>SIGKILL for all its processes, and a new start after a while: what it committed is there again.</summary>
    public async Task KillAsync(TimeSpan away = default)
    {
        await KillAllAsync();
        await Task.Delay(away);
        await _server.EnsureRunningAsync(default);
    }

    /// <summary>Copies the server's files as they are at this moment, as a replica has them that is not behind.</summary>
    public async Task TakeReplicaAsync()
    {
        DeleteReplica();
        var processes = PostgresProcesses.Of(Data);
        foreach (var process in processes) Signals.Send(process, Signals.Stop);
        try
        {
            // With owners and modes: when this process is root, PostgreSQL runs as another user.
            using var copy = Process.Start("cp", ["-a", Data, Replica]);
            await copy.WaitForExitAsync();
            if (copy.ExitCode != 0) throw new IOException($"{Data} could not be copied");
        }
        finally
        {
            foreach (var process in processes) Signals.Send(process, Signals.Continue);
        }
    }

    /// <summary>Kills the server and starts the copy in its place: what was committed since then is lost.</summary>
    public async Task PromoteReplicaAsync()
    {
        await KillAllAsync();
        Directory.Delete(Data, recursive: true);
        Directory.Move(Replica, Data);
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        await _server.EnsureRunningAsync(default);
    }

    /// <summary>A separate connection pool, as each worker has one for its work.</summary>
    /// <param name="most">The most connections.</param>
    /// <param name="prepares">Without a pooler between, as here, a worker prepares its statements.</param>
    public NpgsqlDataSource Connect(int most = 100, bool prepares = true) =>
        DatabaseSources.Create(_server.ConnectionString, "rebase", most, identity: null, prepares: prepares);

    /// <summary>Connections for users' queries.</summary>
    public NpgsqlDataSource ConnectReader() => NpgsqlDataSource.Create(_server.ReaderConnectionString + ";Pooling=false");

    public async Task<T> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    string Data => new PostgresFolder(Path.Combine(_folder.FullName, "postgres")).Data;

    string Replica => Data + "-replica";

    async Task KillAllAsync()
    {
        while (PostgresProcesses.Of(Data) is { Count: > 0 } processes)
        {
            foreach (var process in processes) PostgresProcesses.Kill(process);
            await Task.Delay(20);
        }
    }

    void DeleteReplica()
    {
        if (Directory.Exists(Replica)) Directory.Delete(Replica, recursive: true);
    }

    static double CpuSecondsOf(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.TotalProcessorTime.TotalSeconds;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended after it was listed: a background process of the server, which hardly counts.
            return 0;
        }
    }
}
