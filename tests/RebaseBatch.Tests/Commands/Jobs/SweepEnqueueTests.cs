using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class SweepEnqueueTests(PostgresServer server)
{
    const string Sweep = """
        datasets: set.jsonl
        policies: [tiny-math-policy-s, tiny-math-policy-m]
        rewards: [tiny-math-prm]
        strategies:
          - greedy
          - strategy: rebase
            widths: [4, 8]
        """;

    [Fact]
    public async Task A_dry_run_shows_every_job_with_its_cost_and_enqueues_none()
    {
        await using var bench = await BenchAsync();

        var first = await DryRunAsync(bench);

        Assert.Equal(6, first.Count);
        // Nothing ran yet: the longest solutions that the settings allow, for 241,728 parameters.
        Assert.Equal(("limits", 2.0 * 241_728 * 4 * 1024 * 3), Cost(first.Single(row => Cell(row) == ("tiny-math-policy-s", "rebase", 4))));
        Assert.Equal(JsonValueKind.Null, first[0].GetProperty("seconds").ValueKind);
        Assert.Equal("[]", (await bench.RunAsync("jobs", "list", "--format", "json")).Out.Trim());
    }

    [Fact]
    public async Task What_the_tables_hold_is_not_enqueued_again_and_tells_what_the_rest_will_cost()
    {
        await using var bench = await BenchAsync();
        // The same problems, settings and weights as one cell, under another name and cut otherwise.
        var job = await bench.EnqueueAsync(3, "--name", "by hand", "--batch-size", "1");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);

        var rows = await DryRunAsync(bench);
        var sweep = await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");
        var again = await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");

        Assert.Equal(job, rows.Single(row => Cell(row) == ("tiny-math-policy-s", "rebase", 4)).GetProperty("held_by_job").GetInt64());
        Assert.Equal(("other-width", 2 * 3 * 20_000.0), Cost(rows.Single(row => Cell(row) == ("tiny-math-policy-s", "rebase", 8))));
        Assert.Equal(("1", "2"), (sweep.Out.Trim(), again.Out.Trim()));
        Assert.Contains("5 jobs enqueued, 1 already in the database", sweep.Error, StringComparison.Ordinal);
        Assert.Contains("0 jobs enqueued, 6 already in the database; every job is already in the database", again.Error,
            StringComparison.Ordinal);
        Assert.Equal(6, JsonDocument.Parse((await bench.RunAsync("jobs", "list", "--format", "json")).Out).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task A_job_that_is_there_already_and_has_failures_is_named_with_the_way_out()
    {
        await using var bench = await BenchAsync();
        await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");
        await bench.AnswerAllAsync(problem => problem.Ordinal == 0 ? null : problem.Spec.GoldAnswer);

        foreach (var again in (string[][])[[], ["--dry-run"]])
            Assert.Matches(@"job 2 is already in the database, and 1 of its problems failed: 'rebase jobs retry 2' solves",
                (await bench.RunAsync(["jobs", "enqueue", "--sweep", "night.yaml", .. again])).Error);
    }

    [Fact]
    public async Task A_fresh_sweep_runs_what_the_tables_hold_too()
    {
        await using var bench = await BenchAsync();
        await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");

        var rows = await DryRunAsync(bench, "--fresh");
        var fresh = await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml", "--fresh");

        Assert.All(rows, row => Assert.Equal(JsonValueKind.Null, row.GetProperty("held_by_job").ValueKind));
        Assert.Contains("6 jobs enqueued, 0 already in the database", fresh.Error, StringComparison.Ordinal);
        Assert.Equal(12, JsonDocument.Parse((await bench.RunAsync("jobs", "list", "--format", "json")).Out).RootElement.GetArrayLength());
        var alone = await bench.RunAsync("jobs", "enqueue", "set.jsonl", "--policy", "tiny-math-policy-s", "--strategy",
            "greedy", "--fresh");
        Assert.Equal((ExitCode.BadInput, ""), (alone.Code, alone.Out));
    }

    [Fact]
    public async Task The_jobs_of_a_sweep_are_listed_with_those_that_it_found_held()
    {
        await using var bench = await BenchAsync();
        var other = await bench.EnqueueAsync(2);
        var held = await bench.EnqueueAsync(3);
        await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");

        // Six cells, of which one is held.
        var all = await JobsAsync();
        Assert.Equal(7, all.Count);
        Assert.Equal(all.Where(job => job != other), await JobsAsync("--sweep", "1"));
        Assert.Contains(held, all);
        Assert.Equal([all[0]], await JobsAsync("--sweep", "1", "--limit", "1"));
        var unknown = await bench.RunAsync("jobs", "list", "--sweep", "99");
        Assert.Equal((ExitCode.NotFound, ""), (unknown.Code, unknown.Out));
        Assert.StartsWith("rebase: there is no sweep 99", Assert.Single(unknown.ErrorLines), StringComparison.Ordinal);

        async Task<IReadOnlyList<long>> JobsAsync(params string[] options)
        {
            var run = await bench.RunAsync(["jobs", "list", "--format", "json", .. options]);
            return [.. JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Select(row => row.GetProperty("job").GetInt64())];
        }
    }

    [Theory]
    [InlineData("--width can't be used with --sweep", "--width", "4")]
    [InlineData("--limit can't be used with --sweep", "--limit", "4")]
    [InlineData("leave set.jsonl out", "set.jsonl")]
    public async Task What_belongs_into_the_file_is_refused_on_the_command_line(string told, params string[] args)
    {
        await using var bench = await BenchAsync();
        var run = await bench.RunAsync(["jobs", "enqueue", "--sweep", "night.yaml", .. args]);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_model_is_told_before_anything_is_enqueued()
    {
        await using var bench = await BenchAsync();
        bench.Folder.Write("night.yaml", Sweep.Replace("tiny-math-policy-m", "gone", StringComparison.Ordinal));
        var run = await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");
        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Contains("there is no model 'gone'", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml", "--models-elsewhere")).Code);
    }

    async Task<CommandBench> BenchAsync()
    {
        var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl",
            string.Concat(Enumerable.Range(1, 3).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n")));
        bench.Folder.Write("night.yaml", Sweep);
        return bench;
    }

    static async Task<IReadOnlyList<JsonElement>> DryRunAsync(CommandBench bench, params string[] options)
    {
        var run = await bench.RunAsync(["jobs", "enqueue", "--sweep", "night.yaml", "--dry-run", "--format", "json", .. options]);
        Assert.True(run.Code is ExitCode.Ok, run.Error);
        return [.. JsonDocument.Parse(run.Out).RootElement.EnumerateArray()];
    }

    static (string?, string?, int) Cell(JsonElement row) =>
        (row.GetProperty("policy").GetString(), row.GetProperty("strategy").GetString(), row.GetProperty("width").GetInt32());

    static (string?, double) Cost(JsonElement row) => (row.GetProperty("basis").GetString(), row.GetProperty("policy_flops").GetDouble());
}
