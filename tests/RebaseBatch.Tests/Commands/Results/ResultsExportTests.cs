using System.Text.Json;
using RebaseBatch.Commands.Output;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

public sealed class ResultsExportTests(PostgresServer server)
{
    [Fact]
    public async Task Answers_of_the_jobs_that_are_named_are_a_line_each()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var (first, _, third) = (await SolvedAsync(bench, 2), await SolvedAsync(bench, 3), await SolvedAsync(bench, 1));

        var run = await bench.RunAsync("results", "export", $"{third}", $"{first}", "--format", "jsonl");

        var rows = run.OutLines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([(first, "1"), (first, "2"), (third, "1")],
            rows.Select(row => (row.GetProperty("job_id").GetInt64(), row.GetProperty("answer").GetString()!)));
        Assert.Equal("weighted", rows[0].GetProperty("votes")[1].GetProperty("method").GetString());
        Assert.True(rows[0].GetProperty("correct").GetBoolean());
    }

    [Theory]
    [InlineData("jobs", 2)]
    [InlineData("answers", 5)]
    [InlineData("candidates", 5)]
    [InlineData("nodes", 0)]
    [InlineData("usage", 5)]
    [InlineData("accuracy", 4)]
    [InlineData("cost", 2)]
    [InlineData("leaderboard", 4)]
    public async Task Without_a_job_all_are_exported_and_every_view_can_be(string view, int rows)
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await SolvedAsync(bench, 2);
        await SolvedAsync(bench, 3);

        var run = await bench.RunAsync("results", "export", "--view", view);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Equal(rows + 1, run.OutLines.Length);
        Assert.Contains("job_id", run.OutLines[0].Split(','));
    }

    [Fact]
    public async Task A_file_takes_the_place_of_stdout_and_of_an_older_file()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var job = await SolvedAsync(bench, 2);
        bench.Folder.Write("out.csv", "old");

        var run = await bench.RunAsync("results", "export", $"{job}", "--view", "accuracy", "-o", "out.csv");

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Out));
        Assert.Equal((await bench.RunAsync("results", "export", $"{job}", "--view", "accuracy")).Out,
            await File.ReadAllTextAsync(Path.Combine(bench.Folder.Path, "out.csv"), TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(bench.Folder.Path, "*.tmp"));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_the_older_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        folder.Write("out.csv", "old");
        var path = Path.Combine(folder.Path, "out.csv");

        await Assert.ThrowsAsync<InvalidOperationException>(() => AtomicFile.WriteAsync(path, async text =>
        {
            await text.WriteAsync("half");
            throw new InvalidOperationException("the database went away");
        }));

        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Equal("old", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_can_not_be_exported_is_explained()
    {
        await using var bench = await CommandBench.CreateAsync(server);

        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("results", "export", "99")).Code);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("results", "export", "-o", "no/such/folder.csv")).Code);
        Assert.Equal("rebase: JOB takes a job's number; 'seven' is not one.",
            (await bench.RunAsync("results", "export", "seven")).ErrorLines[0]);
        Assert.Contains("--view takes jobs, answers, candidates, nodes, usage, accuracy, cost, leaderboard",
            (await bench.RunAsync("results", "export", "--view", "votes")).Error, StringComparison.Ordinal);
    }

    static async Task<long> SolvedAsync(CommandBench bench, int problems)
    {
        var job = await bench.EnqueueAsync(problems);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        return job;
    }
}
