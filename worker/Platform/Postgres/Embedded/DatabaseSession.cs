using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>A run's access to its database: the configured server, or the private one that it starts or joins.</summary>
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

    /// <summary>A pool of its own for lease renewals, which must not wait behind the work.</summary>
    public NpgsqlDataSource LeaseSource { get; }

    public bool IsEmbedded => _embedded is not null;

    /// <summary>Connects, and waits for a server that is away.</summary>
    /// <param name="dataDirectory">Where the private server keeps its files; not used with a configured server.</param>
    /// <param name="wait">How long; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <param name="say">Told every few seconds, while waiting without end, what is waited for.</param>
    /// <param name="environmentIdentity">In place of the one that the environment gives, for a database that is entered by it.</param>
    /// <exception cref="UserException">DatabaseUnavailable: the server stayed away, or refuses.</exception>
    public static async Task<DatabaseSession> OpenAsync(
        DatabaseOptions options, string dataDirectory, TimeSpan wait, Action<string> say, ILogger log, CancellationToken ct, TokenCredential? environmentIdentity = null)
    {
        var embedded = options.IsEmbedded ? await EmbeddedPostgres.StartAsync(new() { DataDirectory = dataDirectory }, log, ct) : null;
        var identity = options.Authentication is DatabaseAuthentication.AzureIdentity ? environmentIdentity ?? new DefaultAzureCredential() : null;
        var session = new DatabaseSession(embedded?.ConnectionString ?? options.ConnectionString, identity, embedded, options.AutoMigrate ?? false);
        try
        {
            await new DatabaseWait(session.DataSource, wait, say, TimeProvider.System).ConnectAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings the schema up to date where that is allowed, else checks it.</summary>
    /// <exception cref="SchemaException">It does not fit this program.</exception>
    public async Task EnsureSchemaAsync(CancellationToken ct)
    {
        var migrator = new Migrator(DataSource);
        if (_autoMigrate) await migrator.MigrateAsync(ct);
        else await migrator.ValidateAsync(ct);
    }

    /// <summary>Starts the private server again when it has died; nothing for a configured one.</summary>
    public Task EnsureRunningAsync(CancellationToken ct) => _embedded?.EnsureRunningAsync(ct) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await LeaseSource.DisposeAsync();
        await DataSource.DisposeAsync();
        if (_embedded is not null) await _embedded.DisposeAsync();
    }
}
