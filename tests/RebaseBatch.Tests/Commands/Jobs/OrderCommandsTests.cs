using System.Text.Json;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

/// <summary>Unique jobs, jobs after others, waiting for jobs, and their history, on the command line.</summary>
public sealed class OrderCommandsTests(PostgresServer server)
{
    static string Me => $"{Environment.UserName}@{Environment.MachineName}";

    [Fact]
    public async Task A_job_that_is_there_already_is_named_with_a_remark()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        Assert.Equal(1, await bench.EnqueueAsync(2, "--unique"));
        var again = await AgainAsync("--unique");
        Assert.Equal((ExitCode.Ok, "1"), (again.Code, again.Out.Trim()));
        Assert.Contains("job 1 is there already (queued), and nothing was enqueued", again.Error, StringComparison.Ordinal);

        Assert.Equal("2", (await AgainAsync("--unique-key", "night 1")).Out.Trim());
        var other = await AgainAsync("--unique-key", "night 1", "--seed", "7");
        Assert.Equal("2", other.Out.Trim());
        Assert.Contains("but other problems, settings or weights", other.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, (await AgainAsync("--unique-key", " ")).Code);

        await bench.AnswerAllAsync(_ => null);
        Assert.Contains("'rebase jobs retry 2'", (await AgainAsync("--unique-key", "night 1")).Error, StringComparison.Ordinal);

        Task<CommandRun> AgainAsync(params string[] args) => bench.RunAsync(["jobs", "enqueue", "set.jsonl", "--policy",
            "tiny-math-policy-s", "--reward", "tiny-math-prm", "--width", "4", .. args]);
    }

    [Fact]
    public async Task A_job_waits_for_a_sweep_and_scripts_wait_for_both()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies:
              - strategy: sampling
                widths: [1, 4]
            """);
        Assert.Equal("1", (await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml")).Out.Trim());
        var last = await bench.EnqueueAsync(1, "--after", "sweep:1,2", "--after", "1");
        var shown = JsonDocument.Parse((await bench.RunAsync("jobs", "show", "3", "--format", "json")).Out).RootElement;
        Assert.Equal("1 2", shown.GetProperty("waits_for").GetString());
        var listed = JsonDocument.Parse((await bench.RunAsync("jobs", "list", "--format", "json")).Out).RootElement;
        Assert.Equal(["1 2", "", ""], listed.EnumerateArray().Select(row => row.GetProperty("waits_for").GetString()));

        var unended = await bench.RunAsync("jobs", "wait", "sweep:1", "3", "--timeout", "0s");
        Assert.Equal(ExitCode.TimedOut, unended.Code);
        Assert.Contains("jobs 1, 2, 3 have not ended within", unended.Error, StringComparison.Ordinal);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "wait", "sweep:1")).Code);
        Assert.Single(await new WaitingJobs(bench.DataSource).SettleAsync(TestContext.Current.CancellationToken));
        await bench.RunAsync("jobs", "cancel", "3");
        var cancelled = await bench.RunAsync("jobs", "wait", "3");
        Assert.Equal(ExitCode.Incomplete, cancelled.Code);
        Assert.Contains("job 3 was cancelled", cancelled.Error, StringComparison.Ordinal);

        // The jobs of a sweep that waits: those that are there already do not.
        Assert.Equal("2", (await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml", "--fresh", "--after", "1")).Out.Trim());
        Assert.Equal(3, last);
    }

    [Fact]
    public async Task Needs_and_what_a_sweep_waits_for_are_shown_and_can_be_changed()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        Assert.Equal(1, await bench.EnqueueAsync(1, "--needs", "pool", "--needs", "gpu=h200"));
        bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: tiny-math-policy-s
            rewards: tiny-math-prm
            strategies: {strategy: sampling, widths: 4}
            settings: {needs: {gpu: l4}}
            after: 1
            """);
        Assert.Contains("each of the new jobs waits for job 1",
            (await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml", "--dry-run")).Error, StringComparison.Ordinal);
        Assert.Contains("each of the new jobs waits for job 1",
            (await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml")).Error, StringComparison.Ordinal);

        Assert.Equal([("gpu=l4", "1"), ("gpu=h200 pool", "")], await ListedAsync());
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "set", "1", "--needs", "gpu")).Code);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "set", "2", "--no-needs")).Code);
        Assert.Equal([(null, "1"), ("gpu", "")], await ListedAsync());
        var shown = JsonDocument.Parse((await bench.RunAsync("jobs", "show", "1", "--format", "json")).Out).RootElement;
        Assert.Equal("gpu", shown.GetProperty("needs").GetString());
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("jobs", "set", "1", "--needs", "gpu", "--no-needs")).Code);
        var bad = await bench.RunAsync("jobs", "set", "1", "--needs", "gpu=a b");
        Assert.Equal(ExitCode.BadInput, bad.Code);
        Assert.Contains("--needs: the value 'a b' of the need 'gpu'", bad.Error, StringComparison.Ordinal);

        async Task<IEnumerable<(string?, string?)>> ListedAsync() =>
            JsonDocument.Parse((await bench.RunAsync("jobs", "list", "--format", "json")).Out).RootElement.EnumerateArray()
                .Select(row => (row.GetProperty("needs").GetString(), row.GetProperty("waits_for").GetString())).ToList();
    }

    [Theory]
    [InlineData(3, "there is no job 9", "--after", "9")]
    [InlineData(3, "there is no sweep 9", "--after", "sweep:9")]
    [InlineData(2, "'x' is none", "--after", "1,x")]
    [InlineData(2, "'-1' is none", "--after=-1")]
    [InlineData(2, "'' is none", "--after", "1,")]
    [InlineData(2, "can't be used together", "--after", "1", "--after-any", "1")]
    [InlineData(2, "can't be used with --via service-bus", "--after", "1", "--via", "service-bus")]
    public async Task What_can_not_be_waited_for_is_explained(int code, string told, params string[] args)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await bench.EnqueueAsync(1);
        var run = await bench.RunAsync(
            ["jobs", "enqueue", "set.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm", .. args]);
        Assert.Equal(((ExitCode)code, ""), (run.Code, run.Out));
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wait", "7", "--timeout", "soon")]
    [InlineData("wait", "7", "--timeout", "99999999999d")]
    [InlineData("wait", "seven")]
    [InlineData("wait")]
    public async Task A_wait_that_can_not_be_read_is_refused(params string[] args)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync(["jobs", .. args])).Code);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("jobs", "wait", "7")).Code);
    }

    [Fact]
    public async Task The_history_says_who_did_what_and_of_a_deleted_job_who_deleted_it()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await bench.EnqueueAsync(2, "--name", "mine");
        await bench.RunAsync("jobs", "pause", "1");
        await bench.RunAsync("jobs", "resume", "1");
        await bench.RunAsync("jobs", "set", "1", "--priority", "5", "--team", "a");
        await bench.RunAsync("jobs", "cancel", "1");
        await bench.RunAsync("jobs", "cancel", "1");
        await bench.RunAsync("jobs", "retry", "1");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await bench.RunAsync("results", "regrade", "1");
        Assert.Equal(
            [("enqueued", Me, "2 problems of set.jsonl"), ("paused", Me, null), ("resumed", Me, null),
                ("changed", Me, "--priority 5 --team a"), ("cancelled", Me, null), ("retried", Me, "1 batch"), ("started", null, null),
                ("ended", null, "completed"), ("regraded", Me, "*")],
            await HistoryAsync());

        await bench.RunAsync("jobs", "delete", "1");
        Assert.Equal([("deleted", Me, "mine")], await HistoryAsync());
        Assert.StartsWith("at,what,who,detail", (await bench.RunAsync("jobs", "history", "1", "--format", "csv")).Out,
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("jobs", "history", "2")).Code);

        async Task<IEnumerable<(string?, string?, string?)>> HistoryAsync() =>
            JsonDocument.Parse((await bench.RunAsync("jobs", "history", "1", "--format", "json")).Out).RootElement.EnumerateArray()
                .Select(row => (row.GetProperty("what").GetString(), row.GetProperty("who").GetString(),
                    row.GetProperty("what").GetString() == "regraded" ? "*" : row.GetProperty("detail").GetString())).ToList();
    }
}
