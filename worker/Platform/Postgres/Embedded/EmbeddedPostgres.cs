using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// A private PostgreSQL server in its own folder, shared by all processes that name that folder. The first process starts it, and the last
/// one to leave stops it. A server that a killed process left running is found and used again.
/// </summary>
sealed class EmbeddedPostgres : IAsyncDisposable
{
    const string DatabaseName = "rebase";

    static readonly TimeSpan s_lockLimit = TimeSpan.FromSeconds(180);
    static readonly TimeSpan s_leaveLimit = TimeSpan.FromSeconds(60);

    readonly PostgresFolder _folder;
    readonly PostgresAccount _account;
    readonly PostgresControl _control;
    readonly ILogger _log;
    FileStream? _membership;

    EmbeddedPostgres(PostgresFolder folder, PostgresAccount account, PostgresControl control, ILogger log)
    {
        (_folder, _account, _control, _log) = (folder, account, control, log);
    }

    /// <summary>For Npgsql; names the database <c>rebase</c> and its owner, who is no superuser.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The same database for users' queries: a login that reads the views and nothing else.</summary>
    public string ReaderConnectionString { get; private set; } = "";

    /// <summary>The same database for the superuser, who only sets up roles.</summary>
    internal string AdminConnectionString { get; private set; } = "";

    /// <summary>Starts the server, or finds it running; returns when it answers and the database exists.</summary>
    /// <exception cref="UserException">The server can't be used; the message is one sentence with the reason and the way out.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, ILogger log, CancellationToken ct)
    {
        try
        {
            return await StartOrJoinAsync(options, log, ct);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(
                ExitCode.NoPermission, $"the private database can't be stored in {options.DataDirectory} " +
                $"({e.Message.TrimEnd('.')}): choose a data folder that this user may write", e);
        }
        catch (TimeoutException e)
        {
            throw new UserException(
                ExitCode.DatabaseUnavailable, $"the private database in {options.DataDirectory} does not start: {e.Message}", e);
        }
    }

    /// <summary>
    /// Starts the server again if it has died while in use; fast if it has not. <see cref="ConnectionString"/> stays as it is.
    /// </summary>
    /// <exception cref="UserException">The server can't be used; the message is one sentence with the reason and the way out.</exception>
    public async Task EnsureRunningAsync(CancellationToken ct)
    {
        await using var startLock = await FolderLock.TakeAsync(_folder.StartLock, _account, s_lockLimit, ct);
        await _control.EnsureRunningAsync(hasOtherUsers: true, ct);
    }

    /// <summary>Leaves the server; the last process to leave stops it. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _membership, null) is not { } membership) return;
        using var limit = new CancellationTokenSource(s_leaveLimit);
        try
        {
            await using var startLock = await FolderLock.TakeAsync(_folder.StartLock, _account, s_leaveLimit, limit.Token);
            // A crash from here on leaves a running server without users: the next process finds it.
            await membership.DisposeAsync();
            if (!HasUsers(_folder, _account)) await _control.StopAsync(limit.Token);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            _log.ServerNotStopped(e.Message);
        }
        finally
        {
            await membership.DisposeAsync();
        }
    }

    static async Task<EmbeddedPostgres> StartOrJoinAsync(EmbeddedPostgresOptions options, ILogger log, CancellationToken ct)
    {
        var (folder, account) = await PostgresFolder.OpenAsync(options.DataDirectory, ct);
        var startLock = await FolderLock.TakeAsync(folder.StartLock, account, s_lockLimit, ct);
        EmbeddedPostgres? server = null;
        try
        {
            await using (startLock)
            {
                var binaries = await PostgresBinaries.OpenAsync(options.BinariesDirectory, folder, account, ct);
                var hasOtherUsers = HasUsers(folder, account);
                server = new(folder, account, new(folder, account, binaries, options, log), log)
                {
                    _membership = FolderLock.TryShare(folder.UsersLock, account)
                        ?? throw new IOException($"{folder.UsersLock} is locked by another program"),
                };
                await new DatabaseCluster(folder, account, binaries, options.Durable).EnsureAsync(log, ct);
                var endpoint = await server._control.EnsureRunningAsync(hasOtherUsers, ct);
                await PrepareAsync(endpoint, ct);
                server.ConnectionString = endpoint.To(DatabaseName, PrivateRoles.Owner).ConnectionString;
                server.ReaderConnectionString = endpoint.To(DatabaseName, PrivateRoles.Reader).ConnectionString;
                server.AdminConnectionString = endpoint.To(DatabaseName, PrivateRoles.Admin).ConnectionString;
                return server;
            }
        }
        catch
        {
            // The start lock is free again: disposing takes it, and stops a server that nobody else uses.
            if (server is not null) await server.DisposeAsync();
            throw;
        }
    }

    static bool HasUsers(PostgresFolder folder, PostgresAccount account)
    {
        using var alone = FolderLock.TryTake(folder.UsersLock, account);
        return alone is null;
    }

    static async Task PrepareAsync(PostgresEndpoint endpoint, CancellationToken ct)
    {
        try
        {
            await new PrivateRoles(endpoint).EnsureAsync(DatabaseName, ct);
        }
        catch (NpgsqlException e)
        {
            throw new UserException(
                ExitCode.DatabaseUnavailable, $"the private database runs but can't be used: {e.Message.TrimEnd('.')}", e);
        }
    }
}
