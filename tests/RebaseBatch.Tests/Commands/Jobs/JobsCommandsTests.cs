using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class JobsCommandsTests(PostgresServer server)
{
    [Theory]
    [InlineData("jobs show 99")]
    [InlineData("jobs watch 99")]
    [InlineData("jobs cancel 99")]
    [InlineData("jobs retry 99")]
    [InlineData("results show 99")]
    [InlineData("results show 99 --answers")]
    public async Task An_unknown_job_is_not_found(string commandLine)
    {
        await using var bench = await CommandBench.CreateAsync(server);

        var run = await bench.RunAsync(commandLine.Split(' '));

        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Empty(run.Out);
        Assert.StartsWith("rebase: there is no job 99", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_a_job_that_completes_ends_with_0()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(3, "--batch-size", "1");
        var watch = bench.RunAsync("jobs", "watch", $"{job}");

        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var run = await watch;

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("3 of 3 problems", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Watching_a_job_with_a_failed_problem_ends_with_7_and_names_the_reason()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(problem => problem.Ordinal == 0 ? "1" : null);

        var run = await bench.RunAsync("jobs", "watch", $"{job}");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("1 of 2 problems failed, and its accuracy leaves them out; the first error: the model gave up", run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_job_is_incomplete_until_it_is_retried_and_answered()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(2);

        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "cancel", $"{job}")).Code);
        Assert.Equal(ExitCode.Incomplete, (await bench.RunAsync("jobs", "watch", $"{job}")).Code);
        Assert.Contains("had already ended", (await bench.RunAsync("jobs", "cancel", $"{job}")).Error, StringComparison.Ordinal);

        Assert.Contains("1 batch of job", (await bench.RunAsync("jobs", "retry", $"{job}")).Error, StringComparison.Ordinal);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        Assert.Equal(ExitCode.Ok, (await bench.RunAsync("jobs", "watch", $"{job}")).Code);
        Assert.Contains("nothing to retry", (await bench.RunAsync("jobs", "retry", $"{job}")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupting_a_watch_ends_with_130()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await bench.EnqueueAsync(1);
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        await using var error = new WatchedWriter($"job {job}", stop.Cancel);
        var environment = new ProcessEnvironment(output, error, bench.Folder.Path, bench.Folder.Path, new Dictionary<string, string>());

        var code = await RebaseBatch.Commands.CommandLine.InvokeAsync(["jobs", "watch", $"{job}", "--database", bench.ConnectionString],
            environment, stop.Token);

        Assert.Equal(ExitCode.Interrupted, (ExitCode)code);
    }

    [Fact]
    public async Task The_list_shows_the_newest_jobs_first()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var first = await bench.EnqueueAsync(1);
        var second = await bench.EnqueueAsync(1);

        var all = await bench.RunAsync("jobs", "list", "--format", "csv");
        var one = await bench.RunAsync("jobs", "list", "--format", "csv", "--limit", "1");

        Assert.Equal(["job", $"{second}", $"{first}"], all.OutLines.Select(line => line.Split(',')[0]));
        Assert.Equal(["job", $"{second}"], one.OutLines.Select(line => line.Split(',')[0]));
    }
}
