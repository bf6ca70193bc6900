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
    public async Task The_csv_has_problems_that_only_one_run_has_with_the_reason()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var first = await bench.EnqueueAsync(3);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var second = await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(problem => problem.Ordinal > 0 ? problem.Spec.GoldAnswer : "wrong");

        var csv = await bench.RunAsync("compare", "runs", $"{first}", $"{second}", "--format", "csv");
        Assert.Equal(["flip,custom_id", "lost,set-1", "only_first,set-3"],
            csv.OutLines.Select(line => string.Join(',', line.Split(',').Take(2))));
        Assert.EndsWith(",first_correct,second_correct,why,nights,flipped,changes", csv.OutLines[0], StringComparison.Ordinal);
        Assert.Contains(",What is 3?,3,1,3,0.5,The answer is: 3,", csv.OutLines[2], StringComparison.Ordinal);
        Assert.EndsWith($",True,,the dataset of job {second} does not have it,,,", csv.OutLines[2], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Several_seeds_have_the_lost_answers_and_the_gate_s_net_number()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl",
            string.Concat(Enumerable.Range(1, 12).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n")));
        bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies: [rebase]
            seeds: [0, 1]
            """);
        // The first problem is right with one seed of each run, but with another one. The second is lost with both.
        await EnqueueAsync("--sweep", "night.yaml");
        await AnswerAsync(wrongSeed: 2, lost: null);
        await EnqueueAsync("--sweep", "night.yaml", "--fresh");
        await AnswerAsync(wrongSeed: 1, lost: 1);

        var table = await bench.RunAsync("compare", "runs", "sweep:1", "sweep:2");
        Assert.Matches("lost +won +net lost +net won +first accuracy", table.Out);
        Assert.Matches(@" 1/3 2/4 +2 +12 +3 +1 +2 +0 +95.8 % +87.5 % ", table.Out);
        var cell = JsonDocument.Parse((await bench.RunAsync("compare", "runs", "sweep:1", "sweep:2", "--format", "json")).Out)
            .RootElement.GetProperty("cells")[0];
        Assert.Equal((3, 1, 2, 0), (Number(cell, "lost"), Number(cell, "won"), Number(cell, "net_lost"), Number(cell, "net_won")));
        var csv = await bench.RunAsync("compare", "runs", "sweep:1", "sweep:2", "--format", "csv");
        Assert.Contains("3 lost, 1 won (net of a problem's seeds 2 and 0),", csv.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("schedules", "add", "nightly", "--cron", "0 1 * * *", "--sweep", "night.yaml",
            "--baseline", "1", "--fresh")).Code);
        await EnqueueAsync("schedules", "run-now", "nightly");
        await AnswerAsync(wrongSeed: 1, lost: 1);
        var verdict = await bench.RunAsync("schedules", "check", "nightly");
        Assert.Contains("2 of 24 answers lost, 0 won net of a problem's seeds", verdict.Out + verdict.Error, StringComparison.Ordinal);

        // Jobs are claimed in the order of their seeds.
        async Task AnswerAsync(int wrongSeed, int? lost)
        {
            var seed = 0;
            await bench.AnswerAllAsync(problem =>
            {
                if (problem.Ordinal == 0) seed++;
                return problem.Ordinal == lost || (problem.Ordinal == 0 && seed == wrongSeed) ? "wrong" : problem.Spec.GoldAnswer;
            });
        }

        async Task EnqueueAsync(params string[] args)
        {
            var run = await bench.RunAsync(args[0] == "schedules" ? args : ["jobs", "enqueue", .. args]);
            Assert.True(run.Code == ExitCode.Ok, run.Error);
        }
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
