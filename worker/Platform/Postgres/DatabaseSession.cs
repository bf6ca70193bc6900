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

    DatabaseSession(string connectionString, TokenCredential? identity, EmbeddedPostgres? embedded, bool autoMigrate)
    {
        DataSource = DatabaseSources.Create(connectionString, "rebase", identity);
        LeaseSource = DatabaseSources.Create(connectionString, "rebase leases", identity);
        _embedded = embedded;
        _autoMigrate = autoMigrate;
    }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>A separate pool for lease renewals, which must not wait for the work.</summary>
    public NpgsqlDataSource LeaseSource { get; }

    public bool IsEmbedded => _embedded is not null;

    /// <summary>Connects; waits while the server is away.</summary>
    /// <param name="dataDirectory">Where the private server keeps its files; not used with a configured server.</param>
    /// <param name="wait">How long it waits; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="report">While waiting without limit, called every few seconds with what it waits for.</param>
    /// <param name="environmentIdentity">Replaces the environment's identity, for a database that uses it.</param>
    /// <exception cref="UserException">DatabaseUnavailable: the server stayed away, or it refuses.</exception>
    public static async Task<DatabaseSession> OpenAsync(
        DatabaseOptions options, string dataDirectory, TimeSpan wait, Action<string> report, ILogger log, CancellationToken ct,
        TokenCredential? environmentIdentity = null)
    {
        var embedded = options.IsEmbedded ? await EmbeddedPostgres.StartAsync(new() { DataDirectory = dataDirectory }, log, ct) : null;
        var identity = options.Authentication is DatabaseAuthentication.AzureIdentity ? environmentIdentity
            ?? new DefaultAzureCredential() : null;
        var session =
            new DatabaseSession(embedded?.ConnectionString ?? options.ConnectionString, identity, embedded, options.AutoMigrate ?? false);
        try
        {
            await new DatabaseWait(session.DataSource, wait, report, TimeProvider.System).ConnectAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings the schema up to date if that is allowed, otherwise checks it.</summary>
    /// <exception cref="SchemaException">It does not fit this program.</exception>
    public async Task EnsureSchemaAsync(CancellationToken ct)
    {
        var migrator = new Migrator(DataSource);
        if (_autoMigrate) await migrator.MigrateAsync(ct);
        else await migrator.ValidateAsync(ct);
    }

    /// <summary>Starts the private server again if it has died; does nothing for a configured server.</summary>
    public Task EnsureRunningAsync(CancellationToken ct) => _embedded?.EnsureRunningAsync(ct) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await LeaseSource.DisposeAsync();
        await DataSource.DisposeAsync();
        if (_embedded is not null) await _embedded.DisposeAsync();
    }
}
