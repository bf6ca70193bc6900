using Npgsql;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>One test's own database, migrated and empty; dropped at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly PostgresServer _server;

    internal TestDatabase(PostgresServer server, string name, string connectionString, string reader)
    {
        (_server, Name, ConnectionString, ReaderConnectionString) = (server, name, connectionString, reader);
        DataSource = NpgsqlDataSource.Create(connectionString);
    }

    public string Name { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>As the owner, who is no superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>As the login for users' queries.</summary>
    public string ReaderConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await _server.DropAsync(Name);
    }
}
