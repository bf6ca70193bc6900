using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Outbox;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

public sealed class ResultsShowTests(PostgresServer server)
{
    [Fact]
    public async Task The_table_shows_accuracy_by_vote_cost_and_files()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);

        var run = await bench.RunAsync("results", "show", $"{job}");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Matches(@"accuracy by vote +4 problems", run.Out);
        Assert.Matches(@"majority +75\.0 % \(30\.1 to 95\.4\)", run.Out);
        Assert.Matches(@"weighted, last +\* 75\.0 % \(30\.1 to 95\.4\)", run.Out);
        Assert.Matches(@"sampled tokens +40", run.Out);
        Assert.Matches(@"total flops +160 kFLOP", run.Out);
        Assert.Contains(Path.Combine(bench.Folder.Path, "results", $"job-{job}-"), run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_figures_votes_and_files()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);

        var root = JsonDocument.Parse((await bench.RunAsync("results", "show", $"{job}", "--format", "json")).Out).RootElement;

        Assert.Equal(160_000, root.GetProperty("total_flops").GetDouble());
        Assert.Equal(4, root.GetProperty("answered").GetInt32());
        var majority = root.GetProperty("accuracy").EnumerateArray().Single(vote => vote.GetProperty("method").GetString() == "majority");
        Assert.Equal((3, 4), (majority.GetProperty("correct").GetInt32(), majority.GetProperty("graded").GetInt32()));
        var location = root.GetProperty("files_location").GetString()!;
        Assert.All(root.GetProperty("files").EnumerateArray(),
            file => Assert.True(File.Exists(Path.Combine(location, file.GetProperty("name").GetString()!))));
        Assert.Equal(5, root.GetProperty("files").GetArrayLength());
    }

    [Theory]
    [InlineData(7, "28")]
    [InlineData(null, "")]
    public async Task Cached_tokens_are_shown_where_the_server_says_them(int? each, string shown)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);
        await using (var connection = await bench.DataSource.OpenConnectionAsync())
            await Dapper.SqlMapper.ExecuteAsync(connection, "UPDATE usage SET policy_cached_tokens = @each", new { each });

        Assert.Equal(each is not null, (await bench.RunAsync("results", "show", $"{job}")).OutLines.Any(
            line => Regex.IsMatch(line, $@"policy cached tokens +{shown}\s*$")));
        var root = JsonDocument.Parse((await bench.RunAsync("results", "show", $"{job}", "--format", "json")).Out).RootElement;
        Assert.Equal((shown, ""), ($"{root.GetProperty("policy_cached_tokens")}", $"{root.GetProperty("reward_cached_tokens")}"));
    }

    [Fact]
    public async Task Csv_has_a_row_for_each_vote()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);

        var run = await bench.RunAsync("results", "show", $"{job}", "--format", "csv");

        Assert.Equal(3, run.OutLines.Length);
        Assert.Equal($"{job},rebase,4,majority,,false,3,4,0.75,40,80000,160000,,,0,0,0.3006418,0.9544127,4",
            Regex.Replace(run.OutLines[1], @"(0\.\d{7})\d+", "$1"));
    }

    [Fact]
    public async Task Early_ends_are_counted_by_reason_and_savings_shown_where_the_job_asks_for_them()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var plain = await bench.EnqueueAsync(3);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var job = await bench.EnqueueAsync(4, "--stop-when-decided");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer,
            problem => problem.Ordinal switch { 0 => "deadline", 3 => null, _ => "decided" });

        var table = (await bench.RunAsync("results", "show", $"{job}")).Out;
        Assert.Matches(@"saved tokens \(estimate\) +1,700", table);
        Assert.Matches("ended early +decided 2, deadline 1", table);
        var root = JsonDocument.Parse((await bench.RunAsync("results", "show", $"{job}", "--format", "json")).Out).RootElement;
        Assert.Equal(1700, root.GetProperty("saved_tokens_estimate").GetInt64());
        Assert.Equal("""[{"reason":"decided","problems":2},{"reason":"deadline","problems":1}]""",
            JsonSerializer.Serialize(root.GetProperty("ended_early")));
        Assert.Contains(",1700,\"decided 2, deadline 1\",0,0,",
            (await bench.RunAsync("results", "show", $"{job}", "--format", "csv")).OutLines[1], StringComparison.Ordinal);

        table = (await bench.RunAsync("results", "show", $"{plain}")).Out;
        Assert.DoesNotContain("saved", table, StringComparison.Ordinal);
        Assert.DoesNotContain("ended early", table, StringComparison.Ordinal);
        root = JsonDocument.Parse((await bench.RunAsync("results", "show", $"{plain}", "--format", "json")).Out).RootElement;
        Assert.Equal((JsonValueKind.Null, 0),
            (root.GetProperty("saved_tokens_estimate").ValueKind, root.GetProperty("ended_early").GetArrayLength()));

        var summary = await new ResultQueries(bench.DataSource).SummaryAsync(job, TestContext.Current.CancellationToken);
        Assert.Equal(1700, summary!.SavedTokensEstimate);
        Assert.Equal([new("decided", 2), new("deadline", 1)], summary.EndedEarly!);
        Assert.Equal([0L, 850, 850, 0], await new ResultQueries(bench.DataSource).UsageAsync(job).Select(usage => usage.SavedTokensEstimate)
            .ToListAsync());
    }

    [Fact]
    public async Task What_failed_and_what_was_left_unanswered_is_shown_beside_accuracy()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(4);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 2 ? problem.Spec.GoldAnswer : problem.Ordinal == 2 ? "9" : null);
        await using (var command = bench.DataSource.CreateCommand("""
            UPDATE answers SET answer = NULL,
                votes = (SELECT jsonb_agg(v || '{"answer": null}') FROM jsonb_array_elements(votes) v) WHERE answer = '9'
            """))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var shown = await bench.RunAsync("results", "show", $"{job}");
        var table = shown.Out;
        Assert.Contains($"unanswered in job {job}: no answer found in the solutions (1 problem)", table, StringComparison.Ordinal);
        Assert.Contains($"warning: 1 of 3 problems of job {job} have no answer: no answer found in the solutions (1 problem); ",
            shown.Error, StringComparison.Ordinal);
        Assert.Matches(@"ended with: 'The answer is: 9'", shown.Error);
        var watched = await bench.RunAsync("jobs", "watch", $"{job}");
        Assert.Contains("ended with: 'The answer is: 9'", watched.Error, StringComparison.Ordinal);
        Assert.Matches(@"state +completed, 1 failed", table);
        Assert.Matches(@"failed +1, left out of accuracy", table);
        Assert.Matches(@"unanswered +1", table);
        Assert.Matches(@"accuracy by vote +3 of 4 problems", table);
        Assert.Matches(@"majority +66\.7 % \(20\.8 to 93\.9\)", table);
        Assert.Matches(@"accuracy +66\.7 % \(20\.8 to 93\.9\), 3 of 4 problems", (await bench.RunAsync("jobs", "show", $"{job}")).Out);

        var root = JsonDocument.Parse((await bench.RunAsync("results", "show", $"{job}", "--format", "json")).Out).RootElement;
        Assert.Equal(("completed_with_failures", 1, 1), (root.GetProperty("state").GetString(), root.GetProperty("failed").GetInt32(),
            root.GetProperty("unanswered").GetInt32()));
        var cause = Assert.Single(root.GetProperty("unanswered_causes").EnumerateArray());
        Assert.Equal(("no_answer_found", 1), (cause.GetProperty("cause").GetString(), cause.GetProperty("problems").GetInt32()));
        Assert.All(root.GetProperty("accuracy").EnumerateArray(), vote => Assert.Equal((3, 1),
            (vote.GetProperty("graded").GetInt32(), vote.GetProperty("unanswered").GetInt32())));
        var csv = await bench.RunAsync("results", "show", $"{job}", "--format", "csv");
        Assert.Matches(",1,1,[0-9.]+,[0-9.]+,4$", csv.OutLines[1]);

        foreach (var command in (string[][])[["jobs", "list"], ["jobs", "show", $"{job}"]])
        {
            Assert.Contains("completed, 1 failed", (await bench.RunAsync(command)).Out, StringComparison.Ordinal);
            var json = await bench.RunAsync([.. command, "--format", "json"]);
            Assert.Contains("\"completed_with_failures\"", json.Out, StringComparison.Ordinal);
        }

        var recommended = await bench.RunAsync("recommend", $"{job}", "--budget", "1e15", "--format", "json");
        var best = JsonDocument.Parse(recommended.Out).RootElement[0];
        Assert.Equal((2.0 / 3, 1, 1), (best.GetProperty("accuracy").GetDouble(), best.GetProperty("failed").GetInt32(),
            best.GetProperty("unanswered").GetInt32()));
        Assert.Contains("1 problem failed and left out, more than a tenth", recommended.Error, StringComparison.Ordinal);
        var exported = (await bench.RunAsync("results", "export", $"{job}", "--view", "accuracy", "--format", "jsonl")).OutLines;
        Assert.All(exported, line => Assert.Contains("\"failed\":1,\"unanswered\":1}", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_of_which_everything_failed_has_no_figures_and_is_told_why()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(_ => null);

        var run = await bench.RunAsync("recommend", $"{job}", "--budget", "1e15");
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains($"job {job} is left out: all its problems failed", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy by vote", (await bench.RunAsync("results", "show", $"{job}")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_the_lines_of_the_answer_files()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench);

        var json = await bench.RunAsync("results", "show", $"{job}", "--answers", "--format", "json");
        var csv = await bench.RunAsync("results", "show", $"{job}", "--answers", "--format", "csv");

        var answers = json.OutLines.Select(line => JsonSerializer.Deserialize<AnswerRecord>(line, ContractsJson.Lines)!).ToList();
        Assert.Equal(["1", "2", "3", "wrong"], answers.Select(answer => answer.Answer));
        Assert.Equal([0.5], answers[0].Candidates[0].StepScores);
        Assert.Equal(5, csv.OutLines.Length);
        Assert.EndsWith(",wrong,4,false,1,", csv.OutLines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_without_results_has_none_to_show()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);

        var run = await bench.RunAsync("results", "show", $"{job}");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.DoesNotContain("accuracy", run.Out, StringComparison.Ordinal);
    }

    // Four problems in two batches, the last one wrong, files written.
    static async Task<long> SolvedAsync(CommandBench bench)
    {
        var job = await bench.EnqueueAsync(4, "--batch-size", "2");
        await bench.AnswerAllAsync(problem => problem.Ordinal < 3 ? problem.Spec.GoldAnswer : "wrong");
        var blobs = new FolderResultBlobs(Path.Combine(bench.Folder.Path, "results"));
        using var meter = new System.Diagnostics.Metrics.Meter("test");
        var outbox = new OutboxWorker(bench.DataSource, blobs, TimeProvider.System, new(meter), NullLogger<OutboxWorker>.Instance);
        await outbox.DrainOnceAsync(TestContext.Current.CancellationToken);
        return job;
    }
}
