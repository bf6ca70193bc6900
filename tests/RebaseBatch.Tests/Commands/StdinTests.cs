using System.Text;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands;

/// <summary><c>-</c> is stdin wherever a command reads a file, and what the database's server refuses is a sentence.</summary>
public sealed class StdinTests(PostgresServer server)
{
    const string Sweep = "datasets: one.jsonl\npolicies: tiny-math-policy-s\nstrategies: [{strategy: greedy, widths: [8]}]\n";

    [Fact]
    public async Task Sweeps_gates_datasets_and_queries_are_read_from_stdin()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("one.jsonl", """{"question":"1+1?","answer":"2"}""");

        var sweep = await RunAsync(bench, Sweep, "jobs", "enqueue", "--sweep", "-");
        Assert.True(sweep is { Code: ExitCode.Ok, Out: "1\n" }, sweep.Error);
        Assert.Contains("the width 8 is ignored", sweep.Error, StringComparison.Ordinal);
        var schedule = await RunAsync(bench, Sweep, "schedules", "add", "@nightly", "--cron", "@daily", "--sweep", "-", "--baseline", "1");
        Assert.True(schedule.Code == ExitCode.Ok, schedule.Error);
        var gate = await RunAsync(bench, "max_drop: 0.07\n", "schedules", "gate", "@nightly", "--replace", "-");
        Assert.True(gate.Code == ExitCode.Ok, gate.Error);
        Assert.Contains("max_drop: 0.07", gate.Out, StringComparison.Ordinal);
        var wrong = await RunAsync(bench, "max_dorp: 1\n", "schedules", "gate", "@nightly", "--replace", "-");
        Assert.Equal(ExitCode.BadInput, wrong.Code);
        Assert.StartsWith("rebase: stdin, line 1: there is no key 'max_dorp'", wrong.ErrorLines[0], StringComparison.Ordinal);
        var job = await RunAsync(bench, """{"question":"1+1?","answer":"2"}""", "jobs", "enqueue", "-", "--policy", "tiny-math-policy-s",
            "--reward", "tiny-math-prm", "--strategy", "greedy", "--width", "16", "--name", "@nightly");
        Assert.True(job is { Code: ExitCode.Ok, Out: "2\n" }, job.Error);
        Assert.Contains("greedy search scores nothing: the reward model is ignored", job.Error, StringComparison.Ordinal);
        Assert.Contains("the width 16 is ignored", job.Error, StringComparison.Ordinal);
        var query = await RunAsync(bench, "SELECT job_id, name FROM v_jobs -- all\nORDER BY 1 DESC LIMIT 1;\n", "results", "query", "-",
            "--format", "csv");
        Assert.Equal("2,@nightly", query.OutLines[^1]);
        Assert.Equal(ExitCode.BadInput, (await RunAsync(bench, "", "results", "query", "-")).Code);
    }

    [Theory]
    [InlineData("SSL Mode=Require", "takes no encrypted connections")]
    [InlineData("SSL Mode=VerifyFull", "takes no encrypted connections")]
    [InlineData("Timezone=nowhere", "invalid value for parameter \"TimeZone\"")]
    [InlineData("Options=-c nothing=1", "unrecognized configuration parameter")]
    [InlineData("Target Session Attributes=standby;Host=127.0.0.1,127.0.0.1", "can't be reached")]
    public async Task A_connection_that_the_server_refuses_is_a_sentence(string settings, string says)
    {
        await using var database = await server.CreateDatabaseAsync();
        using var folder = new TemporaryFolder();

        var run = await CommandRun.In(folder, [], "jobs", "list", "--set", "Rebase:Database:WaitSeconds=0",
            "--database", $"{database.ConnectionString};{settings}");

        Assert.Equal(ExitCode.DatabaseUnavailable, run.Code);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    static Task<CommandRun> RunAsync(CommandBench bench, string input, params string[] args) => CommandRun.In(
        bench.Folder, new() { ["Rebase__Database__ReaderConnectionString"] = bench.ReaderConnectionString },
        Encoding.UTF8.GetBytes(input), [.. args, "--database", bench.ConnectionString, "--data", bench.Folder.Path]);
}
