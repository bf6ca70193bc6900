using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Answers;

public sealed class AnswersCommandsTests(PostgresServer server)
{
    [Fact]
    public async Task The_list_says_what_came_of_each_problem_and_can_be_narrowed()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(5);
        var pending = Rows(await bench.RunAsync("answers", "list", $"{job}", "--format", "json"));
        Assert.All(pending, row => Assert.Equal("pending", Text(row, "verdict")));
        await bench.AnswerAllAsync(problem => problem.Ordinal switch { 0 => null, 1 => "wrong", _ => problem.Spec.GoldAnswer });
        await ExecuteAsync(bench, "UPDATE answers SET answer = NULL, correct = false, unanswered_cause = 'depth' WHERE problem_id = "
            + "(SELECT problem_id FROM problems WHERE ordinal = 2)");
        await ExecuteAsync(bench, "UPDATE problems SET gold_answer = NULL WHERE ordinal = 3; UPDATE answers SET correct = NULL "
            + "WHERE problem_id = (SELECT problem_id FROM problems WHERE ordinal = 3)");

        Assert.Equal([(1, "failed", "the model gave up"), (2, "wrong", null), (3, "unanswered", "depth"), (4, "ungraded", null),
            (5, "right", null)],
            Rows(await bench.RunAsync("answers", "list", $"{job}", "--format", "json"))
                .Select(row => (row.GetProperty("number").GetInt32(), Text(row, "verdict"), Text(row, "reason"))));
        Assert.Equal([2], await NumbersAsync("--wrong"));
        Assert.Equal([3], await NumbersAsync("--unanswered"));
        Assert.Equal([1], await NumbersAsync("--failed"));
        Assert.Equal([1, 2], await NumbersAsync("--failed", "--wrong"));

        var table = await bench.RunAsync("answers", "list", $"{job}", "--limit", "2");
        Assert.Equal(2, table.OutLines.Count(line => line.Contains("set-", StringComparison.Ordinal)));
        Assert.Contains("there are 3 more: --limit shows them", table.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("answers", "list", "99")).Code);

        async Task<IEnumerable<int>> NumbersAsync(params string[] kinds) =>
            Rows(await bench.RunAsync(["answers", "list", $"{job}", "--format", "json", .. kinds]))
                .Select(row => row.GetProperty("number").GetInt32());
    }

    [Fact]
    public async Task A_problem_is_found_by_its_id_and_by_its_number()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("ids.jsonl", """
            {"custom_id":"2","question":"What is 1?","gold_answer":"1"}
            {"custom_id":"b","question":"What is 2?\nSay it.","gold_answer":"2"}

            """);
        var job = (await bench.RunAsync("jobs", "enqueue", "ids.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm",
            "--width", "4")).Out.Trim();
        await bench.AnswerAllAsync(problem => problem.Ordinal == 0 ? "wrong" : problem.Spec.GoldAnswer);

        // An id goes before a number.
        Assert.Equal(1, (await ShowAsync("2")).GetProperty("number").GetInt32());
        Assert.Equal("2", Text(await ShowAsync("1"), "custom_id"));
        var second = await ShowAsync("b");
        Assert.Equal(("What is 2?\nSay it.", "2", "right", "majority", "The answer is: 2", 0.5),
            (Text(second, "question"), Text(second, "gold_answer"), Text(second, "verdict"), Text(second.GetProperty("votes")[0], "method"),
                Text(second.GetProperty("solutions")[0], "text"),
                second.GetProperty("solutions")[0].GetProperty("step_scores")[0].GetDouble()));

        var text = await bench.RunAsync("answers", "show", job, "b");
        Assert.Contains("Solution 1 of 1, step 1: answer 2, won", text.Out, StringComparison.Ordinal);
        Assert.Contains("Scores of its steps: 0.500", text.Out, StringComparison.Ordinal);
        Assert.Contains("no step of its search is stored", text.Error, StringComparison.Ordinal);
        Assert.Equal("step,answer,step_scores,text", (await bench.RunAsync("answers", "show", job, "b", "--format", "csv")).OutLines[0]);
        foreach (var unknown in (string[])["0", "3", "B", "-1"])
        {
            var run = await bench.RunAsync("answers", "show", job, unknown);
            Assert.Equal((ExitCode.NotFound, ""), (run.Code, run.Out));
            Assert.Contains($"job {job} has no problem '{unknown}': it has 2 problems", run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("answers", "show", job, "b", "--open")).Code);
        var both = await bench.RunAsync("answers", "show", job, "b", "--open", "--format", "json");
        Assert.Equal((ExitCode.BadInput, "rebase: --open makes a page, which has no --format: give one of them"),
            (both.Code, both.ErrorLines[^1]));

        async Task<JsonElement> ShowAsync(string problem) =>
            JsonDocument.Parse((await bench.RunAsync("answers", "show", job, problem, "--format", "json")).Out).RootElement;
    }

    [Fact]
    public async Task The_tree_is_drawn_as_text_and_opened_as_a_page()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        // A run on a terminal knows the program's folder with its bundled problems.
        var demo = await bench.ShowAsync(80, "demo", "--limit", "1", "--width", "4", "--policy", "tiny-math-policy-s");
        Assert.True(demo.Code == ExitCode.Ok, demo.Error);
        var job = Rows(await bench.RunAsync("jobs", "list", "--format", "json")).First(row => Text(row, "strategy") == "rebase")
            .GetProperty("job").GetInt64();

        var text = await bench.RunAsync("answers", "show", $"{job}", "1");
        Assert.Equal((ExitCode.Ok, ""), (text.Code, text.Error));
        Assert.Contains(text.OutLines, line => line.StartsWith("├─ 1  0.", StringComparison.Ordinal));
        var json = JsonDocument.Parse((await bench.RunAsync("answers", "show", $"{job}", "1", "--format", "json")).Out).RootElement;
        var steps = json.GetProperty("tree").GetArrayLength();
        Assert.True(steps > 1);
        Assert.Contains($"The search tree has {steps} steps", text.Out, StringComparison.Ordinal);
        Assert.Equal(steps, text.OutLines.Count(line => line.Contains("─ ", StringComparison.Ordinal)
            && line.Contains("  0.", StringComparison.Ordinal)));

        bench.Variables["PATH"] = "";
        var page = await bench.RunAsync("answers", "show", $"{job}", "1", "--open");
        Assert.Equal(ExitCode.Ok, page.Code);
        Assert.Contains("no browser was found here", page.Error, StringComparison.Ordinal);
        Assert.Contains("Search tree of", await File.ReadAllTextAsync(page.Out.Trim(), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_opened_in_the_browser_where_there_is_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have their own way");
        using var folder = new TemporaryFolder();
        folder.WriteProgram("xdg-open", $"echo \"$1\" > '{folder.Path}/new'\n/bin/mv '{folder.Path}/new' '{folder.Path}/opened'");
        var variables = new Dictionary<string, string> { ["PATH"] = folder.Path };
        Assert.False(RebaseBatch.Commands.Answers.PageOpener.Open("a page.html", variables));
        variables["DISPLAY"] = ":0";
        Assert.True(RebaseBatch.Commands.Answers.PageOpener.Open("a page.html", variables));
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(folder.Path, "opened")));
        Assert.Equal("a page.html\n",
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "opened"), TestContext.Current.CancellationToken));
    }

    static List<JsonElement> Rows(CommandRun run)
    {
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return [.. JsonDocument.Parse(run.Out).RootElement.EnumerateArray()];
    }

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    static async Task ExecuteAsync(CommandBench bench, string sql)
    {
        await using var command = bench.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
