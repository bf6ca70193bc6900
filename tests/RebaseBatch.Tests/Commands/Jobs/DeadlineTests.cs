using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class DeadlineTests(PostgresServer server) : StoreTest(server)
{
    readonly PostgresServer _server = server;

    [Fact]
    public async Task A_deadline_that_has_passed_by_the_databases_clock_is_refused()
    {
        await using var bench = await CommandBench.CreateAsync(_server);
        var passed = await EnqueueAsync(bench, "1999-12-31T23:59Z");
        var ambiguous = await EnqueueAsync(bench, "12/01/2030");
        var local = await EnqueueAsync(bench, "2090-01-01 07:00");
        var zoned = await EnqueueAsync(bench, "2090-01-01T07:00Z");

        Assert.Equal(ExitCode.BadInput, passed.Code);
        Assert.Contains("the deadline 1999-12-31 23:59:00 +00:00 has passed: the database's clock shows 20", passed.Error,
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, ambiguous.Code);
        Assert.Contains("'12/01/2030' is not a time, or not a clear one: write it as 2026-11-21T07:00+01:00", ambiguous.Error,
            StringComparison.Ordinal);
        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (local.Code, zoned.Code));
        var offset = TimeZoneInfo.Local.GetUtcOffset(new DateTime(2090, 1, 1, 7, 0, 0));
        var moment = new DateTimeOffset(2090, 1, 1, 7, 0, 0, offset);
        Assert.StartsWith($"--deadline names no zone and is taken in this machine's: {moment:yyyy-MM-dd HH:mm:ss zzz}",
            local.ErrorLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("zone", zoned.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await bench.RunAsync("jobs", "list", "--format", "csv")).OutLines.Length - 1);
    }

    [Fact]
    public async Task A_claim_says_how_much_time_the_databases_clock_leaves()
    {
        var now = await ScalarAsync<DateTime>("SELECT now()");
        await EnqueueAsync(1, Spec with { Deadline = new DateTimeOffset(now).AddHours(1) });
        Assert.InRange((await ClaimOneAsync()).DeadlineIn!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        await EnqueueAsync(1);
        Assert.Null((await ClaimOneAsync()).DeadlineIn);
    }

    static async Task<CommandRun> EnqueueAsync(CommandBench bench, string deadline)
    {
        bench.Folder.Write("set.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        return await bench.RunAsync("jobs", "enqueue", "set.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm",
            "--deadline", deadline);
    }
}
