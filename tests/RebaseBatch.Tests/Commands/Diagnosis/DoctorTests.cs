using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Diagnosis;

public sealed class DoctorTests(PostgresServer server)
{
    [Fact]
    public async Task A_database_in_another_encoding_has_the_way_out_that_helps()
    {
        await using var database = await server.CreateLatinDatabaseAsync();
        using var data = new TemporaryFolder();
        foreach (var migrates in (string[])["true", "false"])
        {
            var run = await CommandRun.Of("doctor", "--format", "json", "--database", database.ConnectionString, "--data", data.Path,
                "--set", $"Rebase:Database:AutoMigrate={migrates}");
            var schema = Of(run, "schema");

            Assert.Contains("has the encoding LATIN1, which can't hold every text", schema.Detail, StringComparison.Ordinal);
            Assert.StartsWith("create one with CREATE DATABASE ... ENCODING 'UTF8'", schema.WayOut, StringComparison.Ordinal);
            Assert.DoesNotContain("db migrate", run.Out, StringComparison.Ordinal);
            Assert.Equal(("not known without an up-to-date schema", null), Of(run, "queue"));
            Assert.Equal(("not known without an up-to-date schema", null), Of(run, "notifications"));
        }
    }

    [Fact]
    public async Task What_a_database_that_is_away_would_say_is_no_fault_of_its_own()
    {
        using var data = new TemporaryFolder();
        var run = await CommandRun.Of("doctor", "--format", "json", "--database", "Host=127.0.0.1;Port=1;Username=x;Database=x",
            "--data", data.Path, "--set", "Rebase:Database:WaitSeconds=0");

        Assert.NotNull(Of(run, "database").WayOut);
        Assert.Equal(("not read, because the database can't be", null), Of(run, "queue"));
        Assert.Equal(Of(run, "queue"), Of(run, "notifications"));
        Assert.Equal(Of(run, "queue"), Of(run, "schema"));
    }

    [Fact]
    public async Task One_batch_is_one_and_two_are_two()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await bench.EnqueueAsync(1);
        Assert.Equal("1 batch is due and 0 run", Of(await bench.RunAsync("doctor", "--format", "json"), "queue").Detail);

        await bench.EnqueueAsync(1);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "pause", "2")).Code);
        Assert.Equal("1 batch is due and 0 run; 1 is paused", Of(await bench.RunAsync("doctor", "--format", "json"), "queue").Detail);
        await bench.EnqueueAsync(1);
        Assert.Equal("2 batches are due and 0 run; 1 is paused", Of(await bench.RunAsync("doctor", "--format", "json"), "queue").Detail);
    }

    static (string Detail, string? WayOut) Of(CommandRun run, string check)
    {
        var row = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Single(row => row.GetProperty("check").GetString() == check);
        return (row.GetProperty("detail").GetString()!, row.GetProperty("way_out").GetString());
    }
}
