using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class JobsFilterTests(PostgresServer server)
{
    const string Problem = """{"question":"What is 1?","answer":"#### 1"}""";

    [Fact]
    public async Task Jobs_are_found_by_dataset_name_state_tags_and_age()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var first = await EnqueueAsync(bench, "one/GSM8K.jsonl", "--name", "Nightly run", "--tag", "team=a", "--tag", "nightly");
        var second = await EnqueueAsync(bench, "two/GSM8K.jsonl", "--tag", "team=b");
        var third = await EnqueueAsync(bench, "two/math.test.jsonl");
        await bench.RunAsync("jobs", "cancel", $"{third}");
        await using (var age = bench.DataSource.CreateCommand(
            $"UPDATE jobs SET enqueued_at = now() - interval '3 hours' WHERE job_id = {first}"))
            await age.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Equal([second, first], await ListAsync(bench, "--dataset", "gsm8k"));
        Assert.Equal([second, first], await ListAsync(bench, "--dataset", "GSM8K.jsonl"));
        Assert.Equal([first], await ListAsync(bench, "--dataset", "one/GSM8K.jsonl"));
        Assert.Equal([third], await ListAsync(bench, "--dataset", Path.Combine(bench.Folder.Path, "two", "math.test.jsonl")));
        Assert.Equal([third], await ListAsync(bench, "--dataset", "math.test"));
        Assert.Equal([first], await ListAsync(bench, "--name", "night"));
        Assert.Equal([first], await ListAsync(bench, "--tag", "team=a", "--tag", "nightly"));
        Assert.Equal([second, first], await ListAsync(bench, "--tag", "team"));
        Assert.Equal([third], await ListAsync(bench, "--state", "cancelled"));
        Assert.Equal([third, second, first], await ListAsync(bench, "--state", "queued", "--state", "cancelled"));
        Assert.Equal([third, second], await ListAsync(bench, "--since", "2h"));
        Assert.Equal([third, second, first], await ListAsync(bench, "--since", "2000-01-01"));
        Assert.Equal([second], await ListAsync(bench, "--since", "1d", "--dataset", "gsm8k", "--tag", "team=b"));
        var none = await bench.RunAsync("jobs", "list", "--tag", "nobody");
        Assert.Equal(ExitCode.Ok, none.Code);
        Assert.Contains("no job fits these filters", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_shows_its_dataset_and_its_tags()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await EnqueueAsync(bench, "one/gsm8k.jsonl", "--name", "n", "--tag", "team=a", "--tag", "nightly");

        var shown = await bench.RunAsync("jobs", "show", $"{job}", "--format", "json");
        using var json = System.Text.Json.JsonDocument.Parse(shown.Out);
        Assert.Equal("gsm8k", json.RootElement.GetProperty("dataset").GetString());
        Assert.Equal(Path.Combine(bench.Folder.Path, "one", "gsm8k.jsonl"), json.RootElement.GetProperty("dataset_path").GetString());
        Assert.Equal("nightly team=a", json.RootElement.GetProperty("tags").GetString());
        var listed = (await bench.RunAsync("jobs", "list", "--format", "csv")).OutLines;
        Assert.Contains(",gsm8k,", listed[1], StringComparison.Ordinal);
        Assert.EndsWith(",nightly team=a,", listed[1], StringComparison.Ordinal);
        var queried = await bench.RunAsync(
            "results", "query", "SELECT tags ->> 'team' AS team, dataset_name, dataset_path FROM v_jobs", "--format", "csv");
        Assert.StartsWith("a,gsm8k.jsonl,", queried.OutLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tag", "a b", "other characters")]
    [InlineData("--state", "done", "--state takes queued, running")]
    [InlineData("--since", "yesterday", "or as a span such as 30m")]
    [InlineData("--since", "999999w", "longer than a hundred years")]
    public async Task A_filter_that_means_nothing_is_bad_input(string option, string value, string says)
    {
        var run = await CommandRun.Of("jobs", "list", option, value);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    static async Task<long> EnqueueAsync(CommandBench bench, string file, params string[] args)
    {
        Directory.CreateDirectory(Path.Combine(bench.Folder.Path, Path.GetDirectoryName(file)!));
        bench.Folder.Write(file, Problem + "\n");
        var run = await bench.RunAsync(
            ["jobs", "enqueue", file, "--policy", "tiny-math-policy-s", "--reward", "tiny-math-prm", .. args]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return long.Parse(run.Out.Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }

    static async Task<long[]> ListAsync(CommandBench bench, params string[] filters)
    {
        var run = await bench.RunAsync(["jobs", "list", "--format", "csv", .. filters]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return [.. run.OutLines.Skip(1).Select(line => long.Parse(line.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture))];
    }
}
