using System.Text.Json;
using System.Text.Json.Nodes;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Evaluation.Notifications;
using Xunit;

namespace RebaseBatch.Tests.Commands.Schedules;

public sealed class SchedulesNotifyTests(PostgresServer server)
{
    const string Slack = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd";

    [Fact]
    public async Task Targets_are_added_shown_without_their_secrets_and_removed()
    {
        await using var bench = await BenchAsync();
        var add = await AddAsync(bench, "--notify", Slack, "--notify", "https://example.org/hook", "--notify-on", "any");
        Assert.Equal((ExitCode.Ok, ""), (add.Code, add.Out));
        Assert.Contains("https://hooks.slack.com/…abcd gets the form slack, for every verdict", add.Error, StringComparison.Ordinal);
        Assert.Contains("webhooks are not signed", add.Error, StringComparison.Ordinal);
        Assert.Contains("without --baseline no run is judged", add.Error, StringComparison.Ordinal);

        var more = await bench.RunAsync("schedules", "notify", "nightly", "--add", "https://example.org/teams", "--notify-form", "teams",
            "--format", "json");
        var rows = JsonDocument.Parse(more.Out).RootElement.EnumerateArray().Select(row => (
            row.GetProperty("number").GetInt64(), row.GetProperty("address").GetString(), row.GetProperty("form").GetString(),
            row.GetProperty("notify_on").GetString()));
        Assert.Equal([(1, "https://hooks.slack.com/…abcd", "slack", "any"), (2, "https://example.org/…", "webhook", "any"),
            (3, "https://example.org/…", "teams", "not-pass")], rows);

        var less = await bench.RunAsync("schedules", "notify", "nightly", "--remove", "1", "--remove", "3");
        Assert.Equal(ExitCode.Ok, less.Code);
        Assert.DoesNotContain("hooks.slack.com", less.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("schedules", "notify", "nightly", "--remove", "1")).Code);
        foreach (var run in (CommandRun[])[add, more, less])
            Assert.DoesNotContain("XXXX", run.Out + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_is_sent_at_once_and_says_what_came_of_it()
    {
        await using var bench = await BenchAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await AddAsync(bench, "--notify", $"{receiver.Uri}hook");
        string[] test = ["schedules", "notify", "nightly", "--test", "--set", $"Rebase:Sources:Notifications={receiver.Uri}"];
        var told = await bench.RunAsync(test);
        Assert.Equal(ExitCode.Ok, told.Code);
        Assert.Contains("has the test", told.Error, StringComparison.Ordinal);
        Assert.Equal("schedule.test", (string?)JsonNode.Parse(Assert.Single(receiver.Requests).Body)!["type"]);

        receiver.AnswerWith(404, "no_service");
        var untold = await bench.RunAsync(test);
        Assert.Equal(ExitCode.Incomplete, untold.Code);
        Assert.Contains("was not told: it answers 404 Not Found: no_service", untold.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_gate_says_of_a_run_is_delivered_and_reported()
    {
        await using var bench = await BenchAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await bench.RunAsync("jobs", "enqueue", "--sweep", "night.yaml");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        await AddAsync(bench, "--fresh", "--baseline", "1", "--notify", $"{receiver.Uri}hook");
        await bench.RunAsync("schedules", "run-now", "nightly");
        await bench.AnswerAllAsync(_ => "0");
        var check = await bench.RunAsync("schedules", "check", "nightly");
        await bench.RunAsync("schedules", "check", "nightly");
        Assert.NotEqual(ExitCode.Ok, check.Code);

        await new NotificationBench(bench.DataSource).DeliverAsync();
        var data = JsonNode.Parse(Assert.Single(receiver.Requests).Body)!["data"]!;
        Assert.Equal(("nightly", 2, 1, 1, 0), ((string?)data["verdict"]!["schedule"], (int)data["verdict"]!["sweep_id"]!,
            (int)data["verdict"]!["baseline_sweep_id"]!, (int)data["lost"]!, (int)data["won"]!));
        Assert.StartsWith((string)data["verdict"]!["answer"]!, check.Out, StringComparison.OrdinalIgnoreCase);

        var report = await bench.RunAsync("report", "schedule:nightly", "--format", "markdown");
        Assert.Equal(ExitCode.Ok, report.Code);
        Assert.Equal($"""
            {data["summary"]}
            ### Lost and won from the baseline to the run

            | | cell | problem | right answer | before | now |
            |---|---|---|---|---|---|
            | lost | `tiny-math-policy-s greedy 1 on set.jsonl` | `What is 1?` | `1` | `1` | `0` |

            """, report.Out);
        var page = await bench.RunAsync("report", "schedule:nightly", "-o", "-");
        Assert.True(page.Code == ExitCode.Ok, page.Error);
        Assert.Contains("id=\"comparison\"", page.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("report", "schedule:weekly", "--format", "markdown")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("report", "schedule:nightly", "1")).Code);
    }

    [Theory]
    [InlineData("would be sent unencrypted", "--notify", "http://example.org/secret")]
    [InlineData("write it as https://host/path", "--notify", "hooks.slack.com/secret")]
    [InlineData("name it with --notify", "--notify-form", "slack")]
    public async Task What_can_not_be_told_is_explained_and_adds_no_schedule(string told, params string[] args)
    {
        await using var bench = await BenchAsync();
        var run = await AddAsync(bench, args);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await bench.RunAsync("schedules", "list", "--format", "json")).Out.Trim());
    }

    [Fact]
    public async Task The_list_counts_what_could_not_be_delivered()
    {
        await using var bench = await BenchAsync();
        await AddAsync(bench, "--notify", Slack);
        await using (var command = bench.DataSource.CreateCommand("""
            INSERT INTO notifications (target_id, subject, answer, given_up_at, due_at, last_error)
            VALUES (1, 's', 'block', now(), NULL, 'gone')
            """))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var listed = JsonDocument.Parse((await bench.RunAsync("schedules", "list", "--format", "json")).Out).RootElement[0];
        Assert.Equal(1, listed.GetProperty("undelivered").GetInt32());
        Assert.Contains("gone", (await bench.RunAsync("schedules", "notify", "nightly")).Out, StringComparison.Ordinal);

        var doctor = await bench.RunAsync("doctor", "--format", "json");
        Assert.NotEqual(ExitCode.Ok, doctor.Code);
        var finding = JsonDocument.Parse(doctor.Out).RootElement.EnumerateArray()
            .Single(row => row.GetProperty("check").GetString() == "notifications");
        Assert.Equal("given up: 1 of schedule nightly", finding.GetProperty("detail").GetString());
        Assert.Contains("--resend", finding.GetProperty("way_out").GetString(), StringComparison.Ordinal);
        var resend = await bench.RunAsync("schedules", "notify", "nightly", "--resend");
        Assert.Contains("1 can't be sent again", resend.Error, StringComparison.Ordinal);
    }

    static Task<CommandRun> AddAsync(CommandBench bench, params string[] args) =>
        bench.RunAsync(["schedules", "add", "nightly", "--cron", "0 1 * * *", "--sweep", "night.yaml", .. args]);

    async Task<CommandBench> BenchAsync()
    {
        var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", """{"question":"What is 1?","answer":"#### 1"}""" + "\n");
        bench.Folder.Write("night.yaml", """
            datasets: set.jsonl
            policies: [tiny-math-policy-s]
            rewards: [tiny-math-prm]
            strategies: [greedy]
            """);
        return bench;
    }
}
