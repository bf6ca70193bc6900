using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class JobsEnqueueTests(PostgresServer server)
{
    const string Good = """{"question":"1+1?","answer":"#### 2"}""";

    [Fact]
    public async Task The_job_number_alone_is_printed_and_the_job_is_what_was_asked_for()
    {
        await using var bench = await CommandBench.CreateAsync(server);

        var job = await bench.EnqueueAsync(5, "--limit", "3", "--batch-size", "2", "--voting", "best-of-n", "--balance-temperature", "0.25",
            "--top-k", "40", "--top-p", "0.9", "--min-p", "0.02", "--name", "nightly");
        var show = await bench.RunAsync("jobs", "show", $"{job}", "--format", "json");

        var shown = JsonDocument.Parse(show.Out).RootElement;
        Assert.Equal("nightly", shown.GetProperty("name").GetString());
        Assert.Equal(3, shown.GetProperty("problems").GetInt32());
        Assert.Equal(2, shown.GetProperty("batches_available").GetInt32());
        Assert.Equal("best_of_n", shown.GetProperty("voting").GetString());
        Assert.Equal(0.25, shown.GetProperty("balance_temperature").GetDouble());
        Assert.Equal((40, 0.9, 0.02),
            (shown.GetProperty("top_k").GetInt32(), shown.GetProperty("top_p").GetDouble(), shown.GetProperty("min_p").GetDouble()));
        Assert.Equal(4, shown.GetProperty("width").GetInt32());
    }

    [Fact]
    public async Task Bad_lines_are_named_and_nothing_is_enqueued()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("mixed.jsonl", $"{Good}\n{{\"question\":\n{Good}\n{{}}\n");

        var run = await bench.RunAsync("jobs", "enqueue", "mixed.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Empty(run.Out);
        Assert.Equal(3, run.ErrorLines.Length);
        Assert.StartsWith("rebase: mixed.jsonl, line 2: not valid JSON", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.StartsWith("rebase: mixed.jsonl, line 4: ", run.ErrorLines[1], StringComparison.Ordinal);
        Assert.StartsWith("rebase: nothing was enqueued", run.ErrorLines[2], StringComparison.Ordinal);
        Assert.Equal("[]", (await bench.RunAsync("jobs", "list", "--format", "json")).Out.Trim());
    }

    [Fact]
    public async Task A_dataset_without_right_answers_is_enqueued_only_when_that_is_allowed()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("bare.jsonl", """{"question":"1+1?","result":"2"}""");
        string[] line = ["jobs", "enqueue", "bare.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm"];

        var refused = await bench.RunAsync(line);
        var allowed = await bench.RunAsync([.. line, "--no-gold"]);

        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("the fields 'question', 'result': name the one", refused.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Ok, "1"), (allowed.Code, allowed.Out.Trim()));
        Assert.Contains("bare.jsonl: 1 problem, none with a right answer, no levels", allowed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_takes_a_dataset_without_right_answers_only_where_its_file_says_so()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("bare.jsonl", """{"question":"1+1?"}""");
        bench.Folder.Write("no.yaml", "datasets: bare.jsonl\npolicies: tiny-math-policy-s\nstrategies: greedy\n");
        bench.Folder.Write("yes.yaml",
            "datasets: {path: bare.jsonl, no_gold: true}\npolicies: tiny-math-policy-s\nstrategies: greedy\n");

        var refused = await bench.RunAsync("jobs", "enqueue", "--sweep", "no.yaml");

        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("'no_gold: true' at the dataset", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "enqueue", "--sweep", "yes.yaml")).Code);
    }

    [Fact]
    public async Task Good_lines_are_enqueued_when_bad_ones_may_be_skipped()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("mixed.jsonl", $"{Good}\nnothing\n{Good.Replace('1', '2')}\n");

        var run = await bench.RunAsync("jobs", "enqueue", "mixed.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm",
            "--skip-invalid");
        var list = await bench.RunAsync("jobs", "list", "--format", "json");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("line 2", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(list.Out).RootElement[0].GetProperty("problems").GetInt32());
    }

    [Fact]
    public async Task Of_very_many_bad_lines_twenty_are_named_and_the_rest_counted()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("bad.jsonl", string.Concat(Enumerable.Repeat("{}\n", 50)));

        var run = await bench.RunAsync("jobs", "enqueue", "bad.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm");

        Assert.Equal(22, run.ErrorLines.Length);
        Assert.Contains("30 more lines are bad", run.ErrorLines[20], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public async Task An_empty_file_is_bad_input(string content)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("empty.jsonl", content);

        var run = await bench.RunAsync("jobs", "enqueue", "empty.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm",
            "--skip-invalid");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("empty.jsonl", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_found()
    {
        var run = await CommandRun.Of("jobs", "enqueue", "none.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm");

        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Contains("none.jsonl", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_of_the_job_is_named_before_anything_is_read()
    {
        var run = await CommandRun.Of("jobs", "enqueue", "none.jsonl", "--policy", "tiny-math-policy-s", "--width", "999",
            "--max-depth", "0");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(3, run.ErrorLines.Length);
        Assert.Contains("rebase: --width: 999 is not within 1 to 256", run.ErrorLines);
    }

    [Theory]
    [InlineData("--width", "many", "rebase: --width takes a whole number; 'many' is not one.")]
    [InlineData("--temperature", "hot", "rebase: --temperature takes a number with a decimal point; 'hot' is not one.")]
    [InlineData("--temperature", "0,5", "rebase: --temperature takes a number with a decimal point; '0,5' is not one.")]
    [InlineData("--temperature", "NaN", "rebase: --temperature takes a number with a decimal point; 'NaN' is not one.")]
    [InlineData("--max-flops-per-job", "1e999", "rebase: --max-flops-per-job takes a number with a decimal point; '1e999' is not one.")]
    [InlineData("--limit", "1,000", "rebase: --limit takes a whole number; '1,000' is not one.")]
    [InlineData("--limit", "x", "rebase: --limit takes a whole number; 'x' is not one.")]
    [InlineData("--data", "", "rebase: --data takes a folder, but its value is empty.")]
    [InlineData("--limit", "0", "rebase: --limit must be at least 1, and 0 is not.")]
    [InlineData("--voting", "shout", "rebase: --voting takes majority, weighted, best-of-n; 'shout' is not one of them.")]
    public async Task A_value_of_the_wrong_kind_is_named_in_words(string option, string value, string sentence)
    {
        var run = await CommandRun.Of("jobs", "enqueue", "x.jsonl", "--policy", "tiny-math-policy-s", option, value);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(sentence, run.ErrorLines[0]);
    }

    [Fact]
    public async Task A_model_file_is_stored_by_its_full_path_and_a_name_as_it_is()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", Good);
        var file = bench.Folder.Write("models/p.gguf", "GGUF");

        await bench.RunAsync("jobs", "enqueue", "set.jsonl", "--policy", "models/p.gguf", "--reward", "some-name", "--models-elsewhere");
        var job = JsonDocument.Parse((await bench.RunAsync("jobs", "list", "--format", "json")).Out).RootElement[0];

        Assert.Equal(file, job.GetProperty("policy").GetString());
        Assert.Equal("some-name", job.GetProperty("reward").GetString());
    }

    [Theory]
    [InlineData("no-such-model", (int)ExitCode.NotFound)]
    [InlineData("set.jsonl", (int)ExitCode.ModelUnusable)]
    public async Task A_model_that_can_not_be_used_here_enqueues_nothing(string model, int code)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", Good);

        var run = await bench.RunAsync("jobs", "enqueue", "set.jsonl", "--policy", "tiny-math-policy-s", "--reward", model);

        Assert.Equal((ExitCode)code, run.Code);
        Assert.Contains(model, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("[]", (await bench.RunAsync("jobs", "list", "--format", "json")).Out.Trim());
    }

    [Fact]
    public async Task The_authors_preset_brings_its_own_defaults_and_what_is_said_wins()
    {
        await using var bench = await CommandBench.CreateAsync(server);

        var theirs = await ShowAsync("--preset", "authors");
        Assert.Equal(("authors", 0.2, 6400),
            (theirs.GetProperty("preset").GetString(), theirs.GetProperty("balance_temperature").GetDouble(),
                theirs.GetProperty("max_solution_tokens").GetInt32()));
        var mixed = await ShowAsync("--preset", "authors", "--balance-temperature", "0.1", "--max-solution-tokens", "500",
            "--max-tokens-per-problem", "9000", "--deadline", "2030-01-01T00:00Z");
        Assert.Equal((0.1, 500),
            (mixed.GetProperty("balance_temperature").GetDouble(), mixed.GetProperty("max_solution_tokens").GetInt32()));
        Assert.Equal((9000, 2030),
            (mixed.GetProperty("max_tokens_per_problem").GetInt32(), mixed.GetProperty("deadline").GetDateTimeOffset().Year));
        var ours = await ShowAsync();
        Assert.Equal(("corrected", 0.1, 1024),
            (ours.GetProperty("preset").GetString(), ours.GetProperty("balance_temperature").GetDouble(),
                ours.GetProperty("max_solution_tokens").GetInt32()));
        Assert.Equal((4, 1.0), (ours.GetProperty("beam_width").GetInt32(), ours.GetProperty("uct").GetDouble()));

        async Task<JsonElement> ShowAsync(params string[] options)
        {
            var job = await bench.EnqueueAsync(1, options);
            return JsonDocument.Parse((await bench.RunAsync("jobs", "show", $"{job}", "--format", "json")).Out).RootElement;
        }
    }

    [Fact]
    public async Task The_authors_preset_is_for_rebase_only()
    {
        var run = await CommandRun.Of("jobs", "enqueue", "none.jsonl", "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm",
            "--preset", "authors", "--strategy", "beam");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith("rebase: --preset: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Greedy_search_needs_neither_reward_model_nor_width()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        bench.Folder.Write("set.jsonl", Good);

        var run = await bench.RunAsync("jobs", "enqueue", "set.jsonl", "--policy", "tiny-math-policy-s", "--strategy", "greedy");
        var job = JsonDocument.Parse((await bench.RunAsync("jobs", "show", run.Out.Trim(), "--format", "json")).Out).RootElement;

        Assert.Equal(1, job.GetProperty("width").GetInt32());
        Assert.Equal("majority", job.GetProperty("voting").GetString());
    }
}
