using System.Net;
using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Schedules;

public sealed class ScheduleHistoryTests(PostgresServer server)
{
    const string Name = "night/ly & <b>";

    const string Sweep = """
        datasets: set.jsonl
        policies: [tiny-math-policy-s]
        rewards: [tiny-math-prm]
        strategies: [rebase]
        """;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_of_the_command_and_of_a_worker_and_the_data_have_each_judged_night()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl",
            string.Concat(Enumerable.Range(1, 20).Select(n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n")));
        bench.Folder.Write("night.yaml", Sweep);
        await OkAsync(bench, "jobs", "enqueue", "--sweep", "night.yaml");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await OkAsync(bench, "schedules", "add", Name, "--cron", "0 1 1 1 *", "--sweep", "night.yaml", "--baseline", "1", "--fresh");
        for (var night = 1; night <= 2; night++)
        {
            await OkAsync(bench, "schedules", "run-now", Name);
            await bench.AnswerAllAsync(problem => problem.Ordinal < 12 && night == 2 ? "wrong" : problem.Spec.GoldAnswer);
            await bench.RunAsync("schedules", "check", Name);
        }
        await OkAsync(bench, "schedules", "run-now", Name);

        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("schedules", "history", Name, "--nights", "0")).Code);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("schedules", "history", "no")).Code);
        var json = await OkAsync(bench, "schedules", "history", Name, "--format", "json");
        Assert.Equal("3 of 3 runs, 1 cell", json.Error.Trim());
        var rows = JsonDocument.Parse(json.Out).RootElement.EnumerateArray().ToList();
        Assert.Equal(["inconclusive", "block", null], rows.Select(row => row.GetProperty("answer").GetString()));
        Assert.Equal((1, 0.4, 12, 0), (rows[1].GetProperty("before").GetDouble(), rows[1].GetProperty("after").GetDouble(),
            rows[1].GetProperty("lost").GetInt32(), rows[1].GetProperty("won").GetInt32()));
        Assert.Equal("not finished: 0 of 1 job ended", rows[2].GetProperty("run_reason").GetString());
        var csv = await OkAsync(bench, "schedules", "history", Name, "--format", "csv", "--nights", "2");
        Assert.Equal(3, csv.OutLines.Length);
        Assert.Equal(rows[0].EnumerateObject().Select(property => property.Name), csv.OutLines.First().Split(','));

        await OkAsync(bench, "schedules", "history", Name, "-o", "nights.html");
        var written = await File.ReadAllTextAsync(Path.Combine(bench.Folder.Path, "nights.html"), Ct);
        Assert.Contains("rebase report sweep:1 sweep:3", written, StringComparison.Ordinal);

        await using var worker = await WatchedWorker.StartAsync(bench.DataSource, bench.Folder.Path);
        var sweep = (await worker.StatusAsync()).Sweeps.Single(one => one.SweepId == 3);
        Assert.Equal((Name, "reports/schedules/night%2Fly%20%26%20%3Cb%3E"), (sweep.Schedule, sweep.History));
        Assert.Contains($"""href="{sweep.History}">nights of night/ly &amp; &lt;b&gt;</a>""", await worker.GetAsync("fragment"),
            StringComparison.Ordinal);
        var served = await worker.GetAsync(sweep.History!);
        Assert.Contains("href=\"../sweeps/3\"", served, StringComparison.Ordinal);
        Assert.Contains("href=\"../../flips?first=sweep:1&amp;second=sweep:3\"", served, StringComparison.Ordinal);
        using var none = await worker.SendAsync(HttpMethod.Get, "reports/schedules/no");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    static async Task<CommandRun> OkAsync(CommandBench bench, params string[] args)
    {
        var run = await bench.RunAsync(args);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return run;
    }
}
