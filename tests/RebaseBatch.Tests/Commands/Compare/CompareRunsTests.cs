using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Compare;

public sealed class CompareRunsTests(PostgresServer server)
{
    static readonly string s_long = new('x', 500);

    [Fact]
    public async Task Lost_and_won_problems_are_shown_cut_for_people_and_whole_for_programs()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var first = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 7 ? problem.Spec.GoldAnswer : "wrong");
        var second = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Ordinal > 1 ? problem.Spec.GoldAnswer : s_long);

        var table = await bench.RunAsync("compare", "runs", $"{first}", $"{second}");
        Assert.True(table.Code == ExitCode.Ok, table.Error);
        Assert.Contains("tiny-math-policy-s rebase 4 on set.jsonl", table.OutLines[2], StringComparison.Ordinal);
        Assert.Matches(@" 1/2 +1 +8 +2 +1 +87.5 % +75.0 % +-12.5 points ", table.OutLines[2]);
        Assert.Contains($"{s_long[..240]} […]", table.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(s_long, table.Out, StringComparison.Ordinal);

        var json = await bench.RunAsync("compare", "runs", $"{first}", $"{second}", "--lost", "--limit", "1", "--format", "json");
        var report = JsonDocument.Parse(json.Out).RootElement;
        Assert.Equal((2, 1), (Number(report.GetProperty("cells")[0], "lost"), Number(report.GetProperty("cells")[0], "won")));
        var flip = Assert.Single(report.GetProperty("flips").EnumerateArray());
        Assert.Equal(("lost", "What is 1?", "1", "1", s_long, $"The answer is: {s_long}"),
            (Text(flip, "flip"), Text(flip, "question"), Text(flip, "gold_answer"), Text(flip, "first_answer"),
                Text(flip, "second_answer"), Text(flip, "second_solution")));
        Assert.Equal(1, Number(report, "flips_left_out"));
        Assert.Contains("1 problem is left out: --limit shows more", json.Error, StringComparison.Ordinal);

        var csv = await bench.RunAsync("compare", "runs", $"{first}", $"{second}", "--won", "--format", "csv");
        Assert.Equal(2, csv.OutLines.Length);
        Assert.StartsWith("flip,custom_id,cell,seed,level,family,question,gold_answer,first_job,", csv.OutLines[0],
            StringComparison.Ordinal);
        Assert.StartsWith("won,set-8,tiny-math-policy-s rebase 4 on set.jsonl,0,,,What is 8?,8,1,wrong,0.5,The answer is: wrong,,2,8,0.5,",
            csv.OutLines[1], StringComparison.Ordinal);
        Assert.Contains("2 lost, 1 won, -12.5 points", csv.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_that_can_not_be_compared_say_why()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);
        await RefusedAsync(ExitCode.BadInput, "'night' is neither a job's number nor a sweep such as sweep:3", "night");
        await RefusedAsync(ExitCode.BadInput, $"job {job} has not ended", $"{job}");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await RefusedAsync(ExitCode.NotFound, "there is no job 99", "99");
        await RefusedAsync(ExitCode.NotFound, "there is no sweep 99", "sweep:99");
        var same = await bench.RunAsync("compare", "runs", $"{job}", $"{job}");
        Assert.Equal(ExitCode.Ok, same.Code);
        Assert.Contains("the same jobs", same.Out, StringComparison.Ordinal);

        async Task RefusedAsync(ExitCode code, string sentence, string other)
        {
            var run = await bench.RunAsync("compare", "runs", $"{job}", other);
            Assert.Equal(code, run.Code);
            Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        }
    }

    static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
