using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Sweeps;

public sealed class SweepsCommandsTests(PostgresServer server)
{
    const string Sweep = """
        name: NAME
        datasets: set.jsonl
        policies: tiny-math-policy-s
        rewards: tiny-math-prm
        strategies: [{strategy: rebase, widths: [WIDTHS]}]
        tags: [team=a]
        """;

    [Fact]
    public async Task A_sweep_is_told_with_its_cells_and_their_accuracy_so_far()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var sweep = await EnqueueAsync(bench, "sizes", "4, 8", "--tag", "nightly");
        await bench.AnswerAllAsync(problem => problem.Ordinal == 0 ? problem.Spec.GoldAnswer : "wrong");

        using var shown = JsonDocument.Parse((await bench.RunAsync("sweeps", "show", $"{sweep}", "--format", "json")).Out);
        var root = shown.RootElement;
        Assert.Equal(("sizes", "finished", "set", "nightly team=a"), (root.GetProperty("name").GetString(),
            root.GetProperty("state").GetString(), root.GetProperty("dataset").GetString(), root.GetProperty("tags").GetString()));
        Assert.Equal([4, 8], root.GetProperty("cells").EnumerateArray().Select(cell => cell.GetProperty("width").GetInt32()));
        Assert.All(root.GetProperty("cells").EnumerateArray(), cell => Assert.Equal(0.5, cell.GetProperty("accuracy").GetDouble()));
        Assert.Contains("50.0 %", (await bench.RunAsync("sweeps", "show", $"{sweep}")).Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("sweeps", "watch", $"{sweep}")).Code);
    }

    [Fact]
    public async Task Sweeps_are_listed_with_their_states_and_found_by_filters()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var first = await EnqueueAsync(bench, "Alpha", "4");
        await bench.AnswerAllAsync(problem => problem.Ordinal == 0 ? problem.Spec.GoldAnswer : null);
        var second = await EnqueueAsync(bench, "beta", "8, 16", "--tag", "nightly");

        Assert.Equal([$"{second},beta,queued,set,2,0,0,2", $"{first},Alpha,finished_with_failures,set,1,1,0,0"],
            (await ListAsync(bench)).Select(line => string.Join(',', line.Split(',')[..8])));
        Assert.StartsWith($"{first},", Assert.Single(await ListAsync(bench, "--name", "alp")), StringComparison.Ordinal);
        Assert.StartsWith($"{second},", Assert.Single(await ListAsync(bench, "--tag", "nightly")), StringComparison.Ordinal);
        Assert.StartsWith($"{second},", Assert.Single(await ListAsync(bench, "--state", "queued")), StringComparison.Ordinal);
        Assert.Equal(2, (await ListAsync(bench, "--dataset", "SET", "--tag", "team=a", "--since", "1h")).Length);
        Assert.Empty(await ListAsync(bench, "--dataset", "other"));

        await bench.RunAsync("sweeps", "cancel", $"{second}");
        Assert.StartsWith($"{second},beta,cancelled", (await ListAsync(bench))[0], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Incomplete, (await bench.RunAsync("sweeps", "watch", $"{second}")).Code);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("sweeps", "retry", $"{second}")).Code);
        Assert.StartsWith($"{second},beta,queued", (await ListAsync(bench))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_that_is_cancelled_leaves_the_jobs_of_others_alone_unless_it_is_asked_not_to()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var first = await EnqueueAsync(bench, "first", "4, 8");
        var second = await EnqueueAsync(bench, "second", "8, 16");

        var run = await bench.RunAsync("sweeps", "cancel", $"{second}");
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.Equal($"job 2 is left as it is, because it belongs to sweep {first} too: --shared includes it", run.ErrorLines[0]);
        Assert.StartsWith("job 3 is cancelled", run.ErrorLines[1], StringComparison.Ordinal);
        Assert.Equal("queued", await StateAsync(bench, 2));

        Assert.Contains("job 2 is cancelled", (await bench.RunAsync("jobs", "cancel", "--sweep", $"{second}", "--shared")).Error,
            StringComparison.Ordinal);
        Assert.Equal("queued", await StateAsync(bench, 1));
        Assert.Contains("sweep 1: draft team=a", (await bench.RunAsync("jobs", "tag", "--sweep", $"{first}", "--tag", "draft")).Error,
            StringComparison.Ordinal);
        Assert.Contains(",draft team=a", (await bench.RunAsync("jobs", "list", "--format", "csv")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("watch")]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task An_unknown_sweep_is_not_found(string command)
    {
        await using var bench = await CommandBench.CreateAsync(server);

        var run = await bench.RunAsync("sweeps", command, "99");

        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.StartsWith("rebase: there is no sweep 99", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    static async Task<long> EnqueueAsync(CommandBench bench, string name, string widths, params string[] args)
    {
        bench.Folder.Write("set.jsonl", string.Concat(Enumerable.Range(1, 2).Select(
            n => $$"""{"question":"What is {{n}}?","answer":"#### {{n}}"}""" + "\n")));
        bench.Folder.Write("s.yaml",
            Sweep.Replace("NAME", name, StringComparison.Ordinal).Replace("WIDTHS", widths, StringComparison.Ordinal));
        var run = await bench.RunAsync(["jobs", "enqueue", "--sweep", "s.yaml", .. args]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return long.Parse(run.Out.Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }

    static async Task<string[]> ListAsync(CommandBench bench, params string[] filters)
    {
        var run = await bench.RunAsync(["sweeps", "list", "--format", "csv", .. filters]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return run.OutLines[1..];
    }

    static async Task<string?> StateAsync(CommandBench bench, long job)
    {
        using var shown = JsonDocument.Parse((await bench.RunAsync("jobs", "show", $"{job}", "--format", "json")).Out);
        return shown.RootElement.GetProperty("state").GetString();
    }
}
