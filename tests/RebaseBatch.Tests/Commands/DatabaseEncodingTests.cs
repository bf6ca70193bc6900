using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

public sealed class DatabaseEncodingTests(PostgresServer server)
{
    [Fact]
    public async Task A_database_that_is_not_in_utf8_is_refused_with_the_way_out_before_anything_is_written()
    {
        await using var database = await server.CreateAsciiDatabaseAsync();
        var ascii = database.ConnectionString;
        foreach (var command in (string[][])[["db", "migrate"], ["jobs", "list"], ["worker", "run"]])
        {
            using var folder = new TemporaryFolder();
            var run = await CommandRun.Of([.. command, "--database", ascii, "--data", folder.Path]);
            Assert.Equal(ExitCode.DatabaseUnavailable, run.Code);
            Assert.Contains("has the encoding SQL_ASCII", run.ErrorLines[^1], StringComparison.Ordinal);
            Assert.Contains("ENCODING 'UTF8'", run.ErrorLines[^1], StringComparison.Ordinal);
        }

        var scripts = await new Migrator(database.DataSource).StatusAsync(default);
        Assert.All(scripts, script => Assert.Equal(MigrationState.Pending, script.State));
        using var data = new TemporaryFolder();
        var doctor = await CommandRun.Of("doctor", "--database", ascii, "--data", data.Path);
        Assert.NotEqual(ExitCode.Ok, doctor.Code);
        Assert.Contains("SQL_ASCII", doctor.Out, StringComparison.Ordinal);
    }
}
