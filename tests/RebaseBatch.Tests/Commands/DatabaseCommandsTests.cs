using System.Text.Json;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

public sealed class DatabaseCommandsTests(PostgresServer server)
{
    // Nothing listens on port 1.
    const string Away = "Host=127.0.0.1;Port=1;Username=x;Password=hunter2";

    [Theory]
    [InlineData("jobs list")]
    [InlineData("db status")]
    [InlineData("db migrate")]
    public async Task A_database_that_is_away_is_one_sentence(string commandLine)
    {
        var run = await CommandRun.Of([.. commandLine.Split(' '), "--database", Away, "--set", "Rebase:Database:WaitSeconds=0.1"]);

        Assert.Equal(ExitCode.DatabaseUnavailable, run.Code);
        Assert.Empty(run.Out);
        Assert.StartsWith("rebase: the database can't be reached", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_not_waited_for()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(bench.ConnectionString) { Database = "no_such" }.ConnectionString;

        // Waiting the hour would fail the test by its time limit.
        var run = await CommandRun.Of("jobs", "list", "--database", connection, "--set", "Rebase:Database:WaitSeconds=3600");

        Assert.Equal(ExitCode.DatabaseUnavailable, run.Code);
        Assert.Contains("no_such", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_waits_for_its_database_and_a_stop_meanwhile_is_no_failure()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var said = new TaskCompletionSource();
        using var output = new StringWriter();
        await using var error = new WatchedWriter("waiting for the database", said.SetResult);
        var environment = new ProcessEnvironment(output, error, folder.Path, folder.Path, new Dictionary<string, string>());

        var worker = RebaseBatch.Commands.CommandLine.InvokeAsync(["worker", "run", "--data", folder.Path, "--database", Away], environment,
            stop.Token);
        await said.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(worker.IsCompleted);
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Ok, (ExitCode)await worker);
    }

    [Fact]
    public async Task An_unmigrated_server_is_migrated_only_when_asked()
    {
        await using var bench = await CommandBench.CreateEmptyAsync(server);

        var refused = await bench.RunAsync("jobs", "list");
        Assert.Equal(ExitCode.DatabaseUnavailable, refused.Code);
        Assert.Contains("rebase db migrate", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);

        var before = await bench.RunAsync("db", "status", "--format", "json");
        Assert.Equal(ExitCode.DatabaseUnavailable, before.Code);
        Assert.All(JsonDocument.Parse(before.Out).RootElement.EnumerateArray(),
            script => Assert.Equal("pending", script.GetProperty("state").GetString()));

        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("db", "migrate")).Code);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("db", "status")).Code);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "list")).Code);
    }

    [Fact]
    public async Task Verify_finds_what_is_false_and_repairs_what_it_can()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("db", "verify")).Code);
        await using (var command = bench.DataSource.CreateCommand($"UPDATE jobs SET state = 'completed' WHERE job_id = {job}"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var found = await bench.RunAsync("db", "verify", "--format", "json");
        Assert.Equal(ExitCode.Incomplete, found.Code);
        Assert.Contains($"job {job} is completed, and 1 of its batches have not ended", found.Error, StringComparison.Ordinal);
        Assert.Contains(JsonDocument.Parse(found.Out).RootElement.EnumerateArray(),
            row => row.GetProperty("check").GetString() == "job_states" && row.GetProperty("faults").GetInt64() == 1);

        var repaired = await bench.RunAsync("db", "verify", "--repair", "--format", "json");
        Assert.Equal((ExitCode.Ok, ""), (repaired.Code, repaired.Error));
        Assert.Contains(JsonDocument.Parse(repaired.Out).RootElement.EnumerateArray(),
            row => row.GetProperty("check").GetString() == "job_states" && row.GetProperty("repaired").GetInt64() == 1);
    }

    [Fact]
    public async Task AutoMigrate_lets_any_command_migrate()
    {
        await using var bench = await CommandBench.CreateEmptyAsync(server);

        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "list", "--set", "Rebase:Database:AutoMigrate=true")).Code);
    }

    [Fact]
    public async Task Doctor_finds_what_is_wrong_and_says_the_way_out()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "");
        var run = await CommandRun.In(folder, [], "doctor", "--format", "json", "--database", Away, "--data", folder.Path,
            "--set", $"Rebase:Results:Directory={file}/results", "--set", "Rebase:Database:WaitSeconds=0.1");

        var checks = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().ToDictionary(row => row.GetProperty("check").GetString()!);
        Assert.Equal(ExitCode.NoPermission, run.Code);
        Assert.True(checks["data folder"].GetProperty("ok").GetBoolean());
        Assert.False(checks["results"].GetProperty("ok").GetBoolean());
        Assert.False(checks["database"].GetProperty("ok").GetBoolean());
        Assert.Contains("Rebase:Database:ConnectionString", checks["database"].GetProperty("way_out").GetString(),
            StringComparison.Ordinal);
    }
}
