using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Jobs;

public sealed class SeveralJobsTests(PostgresServer server)
{
    [Fact]
    public async Task One_job_that_does_not_exist_keeps_no_other_from_being_done()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var (first, second) = (await bench.EnqueueAsync(1), await bench.EnqueueAsync(1));

        var cancelled = await bench.RunAsync("jobs", "cancel", $"{first}", "99", $"{second}", $"{first}");
        Assert.Equal(ExitCode.NotFound, cancelled.Code);
        Assert.Equal(
            [$"job {first} is cancelled; its running batches end within seconds", "rebase: there is no job 99 in this database; "
                + "'rebase jobs list' lists the jobs", $"job {second} is cancelled; its running batches end within seconds"],
            cancelled.ErrorLines);

        var watched = await bench.RunAsync("jobs", "watch", $"{first}", $"{second}", "99");
        Assert.Equal(ExitCode.Incomplete, watched.Code);
        Assert.Contains($"job {second} on set was cancelled with 0 of 1 problems answered", watched.Error, StringComparison.Ordinal);
        Assert.Contains("there is no job 99", watched.Error, StringComparison.Ordinal);

        var retried = await bench.RunAsync("jobs", "retry", $"{first}", $"{second}");
        Assert.Equal(ExitCode.Ok, retried.Code);
        Assert.Equal([$"1 batch of job {first} was put back into the queue", $"1 batch of job {second} was put back into the queue"],
            retried.ErrorLines);

        foreach (var (command, done) in new[] { ("pause", "is paused"), ("resume", "goes on") })
        {
            var run = await bench.RunAsync("jobs", command, $"{first}", "99", $"{second}");
            Assert.Equal(ExitCode.NotFound, run.Code);
            Assert.Contains($"job {second} {done}", run.Error, StringComparison.Ordinal);
        }

        var set = await bench.RunAsync("jobs", "set", "99", $"{second}", "--priority", "3");
        Assert.Equal(ExitCode.NotFound, set.Code);
        Assert.Contains($"job {second} is changed", set.Error, StringComparison.Ordinal);

        await bench.RunAsync("jobs", "cancel", $"{second}");
        var deleted = await bench.RunAsync("jobs", "delete", $"{first}", $"{second}");
        Assert.Equal(ExitCode.BadInput, deleted.Code);
        Assert.Contains($"rebase: job {first} has not ended", deleted.Error, StringComparison.Ordinal);
        Assert.Contains($"job {second} is deleted", deleted.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("retry")]
    [InlineData("delete")]
    [InlineData("watch")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("set")]
    [InlineData("tag")]
    public async Task A_command_without_a_job_says_what_is_missing(string command)
    {
        var run = await CommandRun.Of("jobs", command);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("name the number of a job or of several, or a sweep with --sweep", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_of_jobs_change_later_and_are_never_too_many()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var (first, second) = (await bench.EnqueueAsync(1, "--tag", "draft", "--tag", "team=a"), await bench.EnqueueAsync(1));

        var changed = await bench.RunAsync("jobs", "tag", $"{first}", $"{second}", "--tag", "team=b", "--remove", "draft");
        Assert.Equal(ExitCode.Ok, changed.Code);
        Assert.Equal([$"job {first}: team=b", $"job {second}: team=b"], changed.ErrorLines);

        string[] many = [.. Enumerable.Range(0, 20).SelectMany(n => new[] { "--tag", $"k{n}" })];
        var refused = await bench.RunAsync(["jobs", "tag", $"{first}", .. many]);
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("21 tags are too many", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"job {first}: no tags",
            (await bench.RunAsync("jobs", "tag", $"{first}", "--remove", "team", "--remove", "nothing")).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("jobs", "tag", "99", "--tag", "x")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("jobs", "tag", $"{first}")).Code);
    }
}
