using Dapper;
using RebaseBatch.Migrations;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Migrations;

public sealed class MigratorTests(PostgresServer server)
{
    static readonly MigrationScript s_first = new("0001_things.sql", "CREATE TABLE things (id int PRIMARY KEY);");
    static readonly MigrationScript s_second = new("0002_names.sql", "ALTER TABLE things ADD name text; INSERT INTO things VALUES (1, 'it''s: @one');");
    static readonly MigrationScript s_views = new("views.sql", "DROP VIEW IF EXISTS v_things; CREATE VIEW v_things AS SELECT id FROM things;");

    [Fact]
    public async Task Runs_each_script_once_and_says_how_many()
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        var migrator = new Migrator(database.DataSource, [s_views, s_second, s_first]);

        Assert.Equal(3, await migrator.MigrateAsync(default));
        Assert.Equal(0, await migrator.MigrateAsync(default));

        await migrator.ValidateAsync(default);
        await using var connection = await database.DataSource.OpenConnectionAsync();
        Assert.Equal("it's: @one", await connection.QuerySingleAsync<string>("SELECT name FROM things"));
        Assert.Equal(1, await connection.QuerySingleAsync<int>("SELECT id FROM v_things"));
    }
}
