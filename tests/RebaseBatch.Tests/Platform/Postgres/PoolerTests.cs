using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RebaseBatch.Platform.Postgres;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres;

/// <summary>A statement that was prepared in one session of the server is not there in another one, which a pooler may give.</summary>
public sealed class PoolerTests(PostgresServer server) : StoreTest(server)
{
    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public async Task Only_a_worker_without_a_pooler_between_prepares_its_statements(bool worker, bool pooler, bool prepares)
    {
        using var proxy = new TcpProxy(Database.ConnectionString) { HidesProcess = pooler };
        await using var session = await OpenAsync(proxy.ConnectionString, worker ? ConnectionBound.OfWorker(2) : null);
        await using var connection = await session.DataSource.OpenConnectionAsync(Ct);
        for (var run = 0; run < 6; run++)
            await using (var query = new NpgsqlCommand("SELECT 1 + 1", connection)) await query.ExecuteScalarAsync(Ct);
        await using var count = new NpgsqlCommand(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT 1 + 1'", connection);
        Assert.Equal(prepares ? 1L : 0L, await count.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task The_connection_string_may_say_otherwise()
    {
        await using var session = await OpenAsync(
            Database.ConnectionString + ";Max Auto Prepare=0;No Reset On Close=false", ConnectionBound.OfWorker(2));
        var settings = new NpgsqlConnectionStringBuilder(session.DataSource.ConnectionString);
        Assert.Equal((0, false), (settings.MaxAutoPrepare, settings.NoResetOnClose));
    }

    static Task<DatabaseSession> OpenAsync(string connectionString, ConnectionBound? bound) => DatabaseSession.OpenAsync(
        new() { ConnectionString = connectionString }, "", TimeSpan.FromSeconds(30), _ => { }, NullLogger.Instance, Ct, bound);
}
