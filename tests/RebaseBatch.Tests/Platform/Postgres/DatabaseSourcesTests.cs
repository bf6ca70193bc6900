using Npgsql;
using RebaseBatch.Platform.Postgres;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres;

/// <summary>What the pools set, and what a user's connection string says. Npgsql knows a value for every keyword.</summary>
public sealed class DatabaseSourcesTests
{
    const string Server = "Host=db.example;Username=rebase;Database=rebase";

    [Fact]
    public void A_statement_has_ten_seconds_and_one_of_leases_five()
    {
        Assert.Equal((10, 5), (Work(Server).CommandTimeout, Leases(Server).CommandTimeout));
    }

    [Theory]
    [InlineData("Command Timeout=60")]
    [InlineData("CommandTimeout=60")]
    public void The_users_own_limit_wins_in_every_pool_and_for_every_statement(string own)
    {
        Assert.Equal((60, 60), (Work($"{Server};{own}").CommandTimeout, Leases($"{Server};{own}").CommandTimeout));
        using var connection = new NpgsqlConnection(Work($"{Server};{own}").ConnectionString);
        using var command = new NpgsqlCommand("", connection);
        Assert.Equal((60, 60, 60, 60), (StatementLimit.OfWholeJob(connection), StatementLimit.OfWholeTables(connection),
            StatementLimit.Of(connection, 10_000), command.ForWholeJob().CommandTimeout));
    }

    [Fact]
    public void Without_it_large_statements_have_longer_limits()
    {
        using var connection = new NpgsqlConnection(Work(Server).ConnectionString);
        Assert.Equal((300, 0), (StatementLimit.OfWholeJob(connection), StatementLimit.OfWholeTables(connection)));
        Assert.Equal((10, 10, 20, 1570), (StatementLimit.Of(connection, 0), StatementLimit.Of(connection, 64),
            StatementLimit.Of(connection, 65), StatementLimit.Of(connection, 10_000)));
    }

    [Fact]
    public void The_commands_and_batches_of_a_pool_take_longer_limits_too()
    {
        using var db = DatabaseSources.Create(Server, "rebase", 1, identity: null);
        using var command = db.CreateCommand("SELECT 1");
        using var batch = db.CreateBatch();
        Assert.Equal((300, 20), (command.ForWholeJob().CommandTimeout, batch.For(65).Timeout));
    }

    [Fact]
    public void Connections_that_are_idle_are_closed_after_ten_seconds_unless_the_user_says_otherwise()
    {
        Assert.Equal((10, 5), Idle(Work(Server)));
        Assert.Equal((120, 10), Idle(Work($"{Server};Connection Idle Lifetime=120")));
        Assert.Equal((300, 30), Idle(Work($"{Server};Connection Pruning Interval=30")));

        static (int, int) Idle(NpgsqlConnectionStringBuilder settings) =>
            (settings.ConnectionIdleLifetime, settings.ConnectionPruningInterval);
    }

    [Fact]
    public void A_pool_has_as_many_connections_as_asked_for_unless_the_user_allows_fewer()
    {
        Assert.Equal(400, Work(Server, most: 400).MaxPoolSize);
        Assert.Equal(3, Work($"{Server};Maximum Pool Size=3", most: 400).MaxPoolSize);
    }

    static NpgsqlConnectionStringBuilder Work(string connectionString, int most = 2)
    {
        using var db = DatabaseSources.Create(connectionString, "rebase", most, identity: null);
        return new(db.ConnectionString);
    }

    static NpgsqlConnectionStringBuilder Leases(string connectionString)
    {
        using var db = DatabaseSources.CreateForLeases(connectionString, 2, identity: null);
        return new(db.ConnectionString);
    }
}
