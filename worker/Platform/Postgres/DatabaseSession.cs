using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Platform.Postgres;

/// <summary>A run's access to its database: the configured server, or the private server that it starts or joins.</summary>
sealed class DatabaseSession : IAsyncDisposable
{
    readonly EmbeddedPostgres? _embedded;
    readonly bool _autoMigrate;
    readonly string _work;
    readonly string _reader;
    readonly TokenCredential? _identity;

    readonly ConnectionBound _bound;
    readonly Func<bool, NpgsqlDataSource> _createWork;

    DatabaseSession(DatabaseOptions options, ConnectionBound bound, TokenCredential? identity, EmbeddedPostgres? embedded)
    {
        var connectionString = _work = embedded?.ConnectionString ?? options.ConnectionString;
        _reader = embedded?.ReaderConnectionString ?? options.ReaderConnectionString;
        _createWork = prepares => DatabaseSources.Create(
            connectionString, "rebase", options.MaxConnections ?? bound.Work, identity, prepares: prepares);
        Pools = new(
            _createWork(false),
            DatabaseSources.CreateForLeases(connectionString, bound.Leases, identity),
            DatabaseSources.Create(connectionString, "rebase pages", ConnectionBound.Pages, identity));
        (_embedded, _identity, _bound, _autoMigrate) = (embedded, identity, bound, options.AutoMigrate ?? false);
    }

    public ConnectionPools Pools { get; private set; }

    public NpgsqlDataSource DataSource => Pools.Work;

    public bool IsEmbedded => _embedded is not null;

    /// <summary>Connects; waits while the server is away.</summary>
    /// <param name="dataDirectory">Where the private server keeps its files; not used with a configured server.</param>
    /// <param name="wait">How long it waits; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="report">While waiting without limit, called every few seconds with what it waits for.</param>
    /// <param name="bound">Null: <see cref="ConnectionBound.OfCommand"/>.</param>
    /// <param name="environmentIdentity">Replaces the environment's identity, for a database that uses it.</param>
    /// <exception cref="UserException">DatabaseUnavailable: the server stayed away, or it refuses.</exception>
    public static async Task<DatabaseSession> OpenAsync(
        DatabaseOptions options, string dataDirectory, TimeSpan wait, Action<string> report, ILogger log, CancellationToken ct,
        ConnectionBound? bound = null, TokenCredential? environmentIdentity = null)
    {
        var embedded = options.IsEmbedded ? await EmbeddedPostgres.StartAsync(new() { DataDirectory = dataDirectory }, log, ct) : null;
        var identity = options.Authentication is DatabaseAuthentication.AzureIdentity ? environmentIdentity
            ?? new DefaultAzureCredential() : null;
        var session = Create(options, bound ?? ConnectionBound.OfCommand, identity, embedded);
        try
        {
            await new DatabaseWait(session.DataSource, wait, report, TimeProvider.System).ConnectAsync(ct);
            if (session._bound.Lasts && !await Pooler.StandsBeforeAsync(session.DataSource, ct)) await session.PrepareAsync();
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    static DatabaseSession Create(
        DatabaseOptions options, ConnectionBound bound, TokenCredential? identity, EmbeddedPostgres? embedded)
    {
        try
        {
            return new(options, bound, identity, embedded);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw DatabaseFaults.Unusable(fault);
        }
    }

    /// <summary>From now on the statements of the work are prepared.</summary>
    async Task PrepareAsync()
    {
        var unprepared = Pools.Work;
        Pools = Pools with { Work = _createWork(true) };
        await unprepared.DisposeAsync();
    }

    /// <summary>Brings the schema up to date if that is allowed, otherwise checks it.</summary>
    /// <exception cref="SchemaException">It does not fit this program.</exception>
    public async Task EnsureSchemaAsync(CancellationToken ct)
    {
        var migrator = new Migrator(DataSource);
        if (_autoMigrate) await migrator.MigrateAsync(ct);
        else await migrator.ValidateAsync(ct);
        if (IsEmbedded) await EnsureReaderAsync(ct);
    }

    /// <summary>Makes the login for users' queries if this user may, and lets it read the views.</summary>
    /// <returns>False: there is none, and <see cref="QueryLogin.WayOut"/> says how to make one.</returns>
    public async Task<bool> EnsureReaderAsync(CancellationToken ct)
    {
        if (new NpgsqlConnectionStringBuilder(_reader) is not { Username: { Length: > 0 } login } reader) return false;
        await using var connection = await DataSource.OpenConnectionAsync(ct);
        if (!IsEmbedded && !await QueryLogin.CreateAsync(connection, reader, ct)) return false;
        await QueryLogin.GrantAsync(connection, login, ct);
        return true;
    }

    /// <summary>
    /// Connections for users' queries. Each is made anew and closed after its query, which may have changed its settings.
    /// </summary>
    /// <exception cref="UserException">BadInput: there is no login for them.</exception>
    public NpgsqlDataSource CreateReaderSource() => _reader.Length > 0
        ? DatabaseSources.Create(
            new NpgsqlConnectionStringBuilder(_reader) { Pooling = false }.ConnectionString, "rebase query", ConnectionBound.OfCommand.Work,
            new NpgsqlConnectionStringBuilder(_reader).Password is null ? _identity : null)
        : throw new UserException(
            ExitCode.BadInput, $"queries need a login of their own, which may only read the views, and there is none: {QueryLogin.WayOut}");

    /// <summary>How another program connects as this one does, with the password.</summary>
    public async Task<NpgsqlConnectionStringBuilder> LoginAsync(CancellationToken ct) => _identity is null ? new(_work)
        : new(_work) { Password = await DatabaseSources.PasswordAsync(_identity, ct) };

    /// <summary>Starts the private server again if it has died; does nothing for a configured server.</summary>
    public Task EnsureRunningAsync(CancellationToken ct) => _embedded?.EnsureRunningAsync(ct) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Pools.Pages.DisposeAsync();
        await Pools.Leases.DisposeAsync();
        await Pools.Work.DisposeAsync();
        if (_embedded is not null) await _embedded.DisposeAsync();
    }
}
