using Npgsql;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>One test's own database, migrated and empty; dropped at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly PostgresServer _server;

    internal TestDatabase(PostgresServer server, string name, string connectionString)
    {
        (_server, Name, ConnectionString) = (server, name, connectionString);
        DataSource = NpgsqlDataSource.Create(connectionString);
    }

    public string Name { get; }

    public NpgsqlDataSource DataSource { get; }

    public string ConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await _server.DropAsync(Name);
    }
}
