using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>One real server for the whole run, in its own temporary folder, started when the first test asks for a database.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string Template = "migrated";

    readonly Lazy<TemporaryFolder> _folder = new(() => new());
    readonly SemaphoreSlim _one = new(1);
    EmbeddedPostgres? _server;
    int _databases;

    /// <summary>A fresh database with the program's own migrations applied.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateAsync(Template);

    /// <summary>A fresh database with nothing in it.</summary>
    public Task<TestDatabase> CreateEmptyDatabaseAsync() => CreateAsync("template0");

    /// <summary>A fresh database with nothing in it, in an encoding that knows no other letters than those of English.</summary>
    public Task<TestDatabase> CreateAsciiDatabaseAsync() => CreateAsync("template0", "ENCODING 'SQL_ASCII' LOCALE 'C'");

    public Task<TestDatabase> CreateLatinDatabaseAsync() => CreateAsync("template0", "ENCODING 'LATIN1' LOCALE 'C'");

    /// <summary>A fresh database with everything that another one holds. Nobody may be connected to that one.</summary>
    public async Task<TestDatabase> CopyAsync(TestDatabase original)
    {
        original.DataSource.Clear();
        return await CreateAsync(original.Name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _one.Dispose();
        if (_folder.IsValueCreated) _folder.Value.Dispose();
    }

    internal Task DropAsync(string name) => ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    async Task<TestDatabase> CreateAsync(string template, string encoding = "")
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await _one.WaitAsync();
        try
        {
            _server ??= await StartAsync();
            // One at a time: PostgreSQL refuses to copy a template that another copy has open.
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template} {encoding} OWNER {PrivateRoles.Owner}");
            // The rights on a database are not the template's.
            await ExecuteAsync($"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC");
        }
        finally
        {
            _one.Release();
        }

        return new(this, name, To(_server.ConnectionString, name), To(_server.ReaderConnectionString, name));
    }

    async Task<EmbeddedPostgres> StartAsync()
    {
        var server =
            await EmbeddedPostgres.StartAsync(new() { DataDirectory = _folder.Value.Path, Durable = false }, NullLogger.Instance, default);
        _server = server;
        await ExecuteAsync($"CREATE DATABASE {Template} OWNER {PrivateRoles.Owner}");
        var admin = new NpgsqlConnectionStringBuilder(server.AdminConnectionString);
        await new PrivateRoles(new(admin.Host!, admin.Port, admin.Password)).RestrictAsync(Template, default);
        // Without a pool: an open connection would prevent copies of the template.
        var settings = new NpgsqlConnectionStringBuilder(To(server.ConnectionString, Template)) { Pooling = false };
        await using var template = NpgsqlDataSource.Create(settings);
        await new Migrator(template).MigrateAsync(default);
        await using var owner = await template.OpenConnectionAsync();
        await QueryLogin.GrantAsync(owner, PrivateRoles.Reader, default);
        return server;
    }

    async Task ExecuteAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(_server!.AdminConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.ExecuteAsync(sql);
    }

    // Tests run in parallel, each with its own pools, and the server has 100 connections for all of them.
    static string To(string server, string database) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database, MaxPoolSize = 10 }.ConnectionString;
}
