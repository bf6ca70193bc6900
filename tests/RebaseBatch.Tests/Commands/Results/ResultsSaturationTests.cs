using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

public sealed class ResultsSaturationTests(PostgresServer server)
{
    [Fact]
    public async Task The_table_has_a_row_for_each_number_of_samples_and_the_limit_and_none_but_data_on_stdout()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);

        var run = await bench.RunAsync("results", "saturation", $"{job}");

        Assert.Equal(ExitCode.Ok, run.Code);
        // One of four samples finished, and three of four problems are right by it: three in sixteen samples.
        Assert.Matches(@"samples +majority +majority low +majority high +weighted", run.Out);
        Assert.Matches(@"\n +1 +18\.8 % ", run.Out);
        Assert.Matches(@"\n +4 +75\.0 % ", run.Out);
        Assert.Matches(@"\n +limit +75\.0 % ", run.Out);
        Assert.Equal(5 + 1, run.OutLines.Length);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Csv_and_json_leave_the_limits_samples_out_and_are_the_same_every_time()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);

        var csv = await bench.RunAsync("results", "saturation", $"{job}", "--format", "csv");
        var json = JsonDocument.Parse((await bench.RunAsync("results", "saturation", $"{job}", "--format", "json")).Out).RootElement;

        Assert.Equal("samples,majority,majority_low,majority_high,weighted,weighted_low,weighted_high,problems", csv.OutLines[0]);
        Assert.StartsWith(",0.75,", csv.OutLines[^1], StringComparison.Ordinal);
        Assert.Equal(csv.Out, (await bench.RunAsync("results", "saturation", $"{job}", "--format", "csv")).Out);
        Assert.Equal([1, 2, 4], json.EnumerateArray().Take(3).Select(row => row.GetProperty("samples").GetInt32()));
        Assert.Equal(JsonValueKind.Null, json[3].GetProperty("samples").ValueKind);
        Assert.Equal(0.75, json[3].GetProperty("weighted").GetDouble());
    }

    [Fact]
    public async Task An_unscored_job_has_no_weighted_columns()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("one.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        var run = await bench.RunAsync("jobs", "enqueue", "one.jsonl", "--policy", "tiny-math-policy-s", "--strategy", "sampling",
            "--width", "2");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);

        Assert.Equal("samples,majority,majority_low,majority_high,problems",
            (await bench.RunAsync("results", "saturation", run.Out.Trim(), "--format", "csv")).OutLines[0]);
    }

    [Fact]
    public async Task What_is_left_out_is_said_on_stderr()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("some.jsonl", """
            {"custom_id":"a","question":"What is 1?","gold_answer":"1"}
            {"custom_id":"b","question":"What is 2?","gold_answer":"2"}
            {"custom_id":"c","question":"What is 3?"}
            {"custom_id":"d","question":"What is 4?"}

            """);
        var job = (await bench.RunAsync("jobs", "enqueue", "some.jsonl", "--policy", "tiny-math-policy-s", "--strategy", "sampling",
            "--width", "2")).Out.Trim();
        await bench.AnswerAllAsync(problem => problem.Spec.CustomId == "b" ? null : "1");

        var run = await bench.RunAsync("results", "saturation", job, "--format", "csv");

        Assert.Equal(["2 problems without a gold answer left out", "1 problem failed, left out"], run.ErrorLines);
        Assert.StartsWith("2,1,", run.OutLines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rebase", "4", "has the strategy rebase: the leaves of a tree are not independent samples", "--strategy sampling")]
    [InlineData("greedy", "1", "has the strategy greedy: its one solution is not a sample", "--strategy sampling")]
    public async Task Other_strategies_are_refused_with_the_reason_and_the_way_out(string strategy, string width, string reason,
        string wayOut)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("one.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        string[] reward = strategy == "greedy" ? [] : ["--reward", "tiny-math-prm"];
        var job = (await bench.RunAsync(["jobs", "enqueue", "one.jsonl", "--policy", "tiny-math-policy-s", .. reward, "--strategy",
            strategy, "--width", width])).Out.Trim();

        var run = await bench.RunAsync("results", "saturation", job);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Contains(wayOut, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_anything_to_grade_it_says_so_and_a_job_that_does_not_exist_is_not_found()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2, "--strategy", "sampling");

        var run = await bench.RunAsync("results", "saturation", $"{job}");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("no answered problem with a gold answer", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("results", "saturation", "99")).Code);
    }

    // Four problems with one solution each of a job for four, the last one wrong.
    static async Task<long> SolvedAsync(CommandBench bench)
    {
        var job = await bench.EnqueueAsync(4, "--strategy", "sampling");
        await bench.AnswerAllAsync(problem => problem.Ordinal < 3 ? problem.Spec.GoldAnswer : "wrong");
        return job;
    }
}
