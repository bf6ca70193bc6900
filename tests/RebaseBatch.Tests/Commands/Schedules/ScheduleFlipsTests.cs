using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Schedules;

public sealed class ScheduleFlipsTests(PostgresServer server)
{
    const string Sweep = """
        datasets: set.jsonl
        policies: [tiny-math-policy-s]
        rewards: [tiny-math-prm]
        strategies: [rebase]
        """;

    [Fact]
    public async Task Check_shows_what_the_judged_run_lost_and_won_and_what_is_unstable_apart()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl",
            string.Concat(Enumerable.Range(1, 20).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n")));
        bench.Folder.Write("night.yaml", Sweep);
        await OkAsync(bench, "jobs", "enqueue", "--sweep", "night.yaml");
        await bench.AnswerAllAsync(problem => problem.Ordinal > 0 ? problem.Spec.GoldAnswer : "wrong");
        await OkAsync(bench, "schedules", "add", "nightly", "--cron", "0 1 * * *", "--sweep", "night.yaml", "--baseline", "1", "--fresh");
        // The third problem is wrong in every night, the first one is right and the second wrong in the last.
        for (var night = 1; night <= 3; night++)
        {
            await OkAsync(bench, "schedules", "run-now", "nightly");
            var last = night == 3;
            await bench.AnswerAllAsync(problem => problem.Ordinal == 2 || (problem.Ordinal == 0 && !last) || (problem.Ordinal == 1 && last)
                ? "wrong" : problem.Spec.GoldAnswer);
        }

        var table = await bench.RunAsync("schedules", "check", "nightly", "--flips");
        Assert.Equal((await bench.RunAsync("schedules", "check", "nightly")).Code, table.Code);
        Assert.Contains(table.OutLines, line => line.Contains("set-2", StringComparison.Ordinal));
        Assert.Contains(table.OutLines, line => line.Trim().StartsWith("set-3 ", StringComparison.Ordinal));
        Assert.Contains("schedule nightly: 1 unstable problem,", table.Error, StringComparison.Ordinal);

        var json = JsonDocument.Parse((await bench.RunAsync("schedules", "check", "--flips", "--format", "json")).Out).RootElement;
        Assert.Equal("nightly", json.GetProperty("verdicts")[0].GetProperty("schedule").GetString());
        var flips = json.GetProperty("flips")[0];
        Assert.Equal([("lost", "set-2"), ("won", "set-1")], flips.GetProperty("flips").EnumerateArray()
            .Select(flip => (flip.GetProperty("flip").GetString(), flip.GetProperty("custom_id").GetString())));
        var unstable = Assert.Single(flips.GetProperty("unstable").EnumerateArray());
        Assert.Equal(("set-3", 3, 3, 0), (unstable.GetProperty("custom_id").GetString(), unstable.GetProperty("flipped").GetInt32(),
            unstable.GetProperty("nights").GetInt32(), unstable.GetProperty("changes").GetInt32()));

        var csv = await bench.RunAsync("schedules", "check", "--flips", "--format", "csv");
        Assert.Equal(["schedule,flip,custom_id", "nightly,lost,set-2", "nightly,won,set-1", "nightly,unstable,set-3"],
            csv.OutLines.Select(line => string.Join(',', line.Split(',').Take(3))));
        // The question, the right answer, the baseline's result; flipped in three of three nights, with no change between them.
        Assert.Contains(",What is 3?,3,", csv.OutLines[^1], StringComparison.Ordinal);
        Assert.EndsWith(",true,,,3,3,0", csv.OutLines[^1].ToLowerInvariant(), StringComparison.Ordinal);
    }

    static async Task OkAsync(CommandBench bench, params string[] args)
    {
        var run = await bench.RunAsync(args);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
    }
}
