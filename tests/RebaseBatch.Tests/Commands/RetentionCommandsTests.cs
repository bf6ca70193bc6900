using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

public sealed class RetentionCommandsTests(PostgresServer server)
{
    [Fact]
    public async Task Old_jobs_are_listed_then_deleted_and_size_says_what_is_left()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var (old, young) = (await bench.EnqueueAsync(2), await bench.EnqueueAsync(3));
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await using (var command = bench.DataSource.CreateCommand(
            $"UPDATE jobs SET finished_at = now() - interval '91 days' WHERE job_id = {old}"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var dry = await bench.RunAsync("db", "prune", "--keep", "90d", "--dry-run", "--format", "json");
        Assert.Equal([old], Jobs(dry));
        Assert.Contains("1 jobs would be deleted", dry.Error, StringComparison.Ordinal);
        Assert.Equal([old], Jobs(await bench.RunAsync("db", "prune", "--keep", "90d", "--format", "json")));
        Assert.Empty(Jobs(await bench.RunAsync("db", "prune", "--keep", "90d", "--format", "json")));
        Assert.Equal([young], Jobs(await bench.RunAsync("jobs", "list", "--format", "json")));
        Assert.Equal([young], Jobs(await bench.RunAsync("db", "size", "--jobs", "--format", "json")));
        var tables = JsonDocument.Parse((await bench.RunAsync("db", "size", "--format", "json")).Out).RootElement.EnumerateArray();
        Assert.Contains(tables, row => row.GetProperty("table").GetString() == "nodes" && row.GetProperty("bytes").GetInt64() > 0);
    }

    [Fact]
    public async Task A_job_is_deleted_with_one_command_and_one_that_waits_is_refused()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(1);
        var refused = await bench.RunAsync("jobs", "delete", $"{job}");
        Assert.Equal((ExitCode.BadInput, ""), (refused.Code, refused.Out));
        await bench.RunAsync("jobs", "cancel", $"{job}");
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "delete", $"{job}", "--files")).Code);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("jobs", "delete", $"{job}")).Code);
    }

    [Theory]
    [InlineData("90")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("99999w")]
    public async Task An_age_that_is_none_is_refused(string age)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var run = await bench.RunAsync("db", "prune", "--keep", age);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains($"--keep: '{age}' is ", run.Error, StringComparison.Ordinal);
    }

    static long[] Jobs(CommandRun run) =>
        [.. JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Select(row => row.GetProperty("job").GetInt64())];
}
