using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Schedules;

public sealed class SchedulesCommandsTests(PostgresServer server)
{
    [Fact]
    public async Task A_schedule_is_added_listed_run_and_removed()
    {
        await using var bench = await BenchAsync();

        var add = await AddAsync(bench, "nightly", "--until", "07:00", "--time-zone", "Europe/Berlin");
        var run = await bench.RunAsync("schedules", "run-now", "nightly");
        var listed = JsonDocument.Parse((await bench.RunAsync("schedules", "list", "--format", "json")).Out).RootElement[0];
        var remove = await bench.RunAsync("schedules", "remove", "nightly");

        Assert.Equal((ExitCode.Ok, ""), (add.Code, add.Out));
        Assert.Matches(@"next due at \d{4}-\d\d-\d\d 01:00 \+0[12]:00", add.Error);
        Assert.Equal("1", run.Out.Trim());
        Assert.Contains("sweep 1 is enqueued, until", run.Error, StringComparison.Ordinal);
        Assert.Equal(("nightly", "07:00", "run-once", 1L, "unfinished"), (
            listed.GetProperty("name").GetString(), listed.GetProperty("until").GetString(), listed.GetProperty("missed").GetString(),
            listed.GetProperty("last_sweep").GetInt64(), listed.GetProperty("last_run").GetString()));
        Assert.Equal(ExitCode.Ok, remove.Code);
        Assert.Equal("[]", (await bench.RunAsync("schedules", "list", "--format", "json")).Out.Trim());
        Assert.Equal(2, JsonDocument.Parse((await bench.RunAsync("jobs", "list", "--format", "json")).Out).RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nightly\nPASS other")]
    [InlineData("\u001b[2Jnightly")]
    [InlineData("\u202enightly")]
    public async Task A_name_that_could_look_like_another_line_of_the_check_is_refused(string name)
    {
        await using var bench = await BenchAsync();
        var add = await AddAsync(bench, name);
        Assert.Equal(ExitCode.BadInput, add.Code);
        Assert.Contains("can't be empty or have control characters", add.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal("[]", (await bench.RunAsync("schedules", "list", "--format", "json")).Out.Trim());
    }

    [Fact]
    public async Task A_run_of_which_problems_failed_is_not_plainly_finished()
    {
        await using var bench = await BenchAsync();
        await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await AddAsync(bench, "nightly", "--fresh", "--baseline", "1");
        await bench.RunAsync("schedules", "run-now", "nightly");
        // Right answers, but two of twelve failed: more than a tenth.
        await bench.AnswerAllAsync(problem => problem.Ordinal < 2 ? null : problem.Spec.GoldAnswer);

        Assert.Contains("finished, 4 failed", (await bench.RunAsync("schedules", "list")).Out, StringComparison.Ordinal);
        await bench.RunAsync("schedules", "check", "nightly");
        Assert.Contains("incomparable, 4 failed", (await bench.RunAsync("schedules", "list")).Out, StringComparison.Ordinal);
        var list = (await bench.RunAsync("schedules", "list", "--format", "json")).Out;
        Assert.Contains("\"last_failed\": 4", list, StringComparison.Ordinal);
        Assert.Contains("\"last_run\": \"incomparable\"", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "'0 1 * *' is not a cron expression", "--cron", "0 1 * *")]
    [InlineData(2, "there is no time zone 'Mars/Olympus'", "--time-zone", "Mars/Olympus")]
    [InlineData(2, "--until takes a time such as 07:00", "--until", "7 o'clock")]
    [InlineData(3, "there is no sweep 99", "--baseline", "99")]
    [InlineData(3, "there is no sweep file", "--sweep", "gone.yaml")]
    [InlineData(3, "there is no gate file", "--gate", "gone.yaml")]
    [InlineData(2, "loose.yaml, line 1: max_drop is not a share above 0 and up to 1", "--gate", "loose.yaml")]
    [InlineData(2, "other.yaml: cells[0] (dataset gsm8k) fits no cell of the sweep", "--gate", "other.yaml")]
    public async Task What_can_not_be_scheduled_is_explained(int code, string told, params string[] args)
    {
        await using var bench = await BenchAsync();
        var run = await AddAsync(bench, "nightly", args);
        Assert.Equal(code, (int)run.Code);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await bench.RunAsync("schedules", "list", "--format", "json")).Out.Trim());
    }

    [Theory]
    [InlineData("run-now")]
    [InlineData("remove")]
    [InlineData("check")]
    [InlineData("gate")]
    [InlineData("power")]
    public async Task An_unknown_schedule_is_named(string verb)
    {
        await using var bench = await BenchAsync();
        var run = await bench.RunAsync("schedules", verb, "weekly");
        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Contains("there is no schedule 'weekly'", run.Error, StringComparison.Ordinal);
    }

    static Task<CommandRun> AddAsync(CommandBench bench, string name, params string[] args)
    {
        string[] all = ["schedules", "add", name, .. args];
        if (!args.Contains("--cron")) all = [.. all, "--cron", "0 1 * * *"];
        if (!args.Contains("--sweep")) all = [.. all, "--sweep", "night.yaml"];
        return bench.RunAsync(all);
    }

    static string Lines(int problems) =>
        string.Concat(Enumerable.Range(1, problems).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n"));

    async Task<CommandBench> BenchAsync()
    {
        var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", Lines(12));
        bench.Folder.Write("loose.yaml", "max_drop: 5");
        bench.Folder.Write("other.yaml", "cells: [{dataset: gsm8k}]");
        bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies:
              - greedy
              - strategy: rebase
                widths: [4]
            """);
        return bench;
    }
}
