using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Catalog;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Jobs on real models that end without answers: each names its cause, and a resumed search the same one.</summary>
public sealed class UnansweredJobTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_policy_that_writes_another_form_leaves_all_unanswered_and_the_solutions_show_the_form()
    {
        // The bundled policy with one word of its vocabulary replaced: it writes "The output is: 34" where it wrote "The answer is: 34".
        var policy = Patched("tiny-math-policy-s", "Ġanswer"u8, "Ġoutput"u8.ToArray());
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options =>
        {
            options.Models["other-form"] = new() { Path = policy, Role = ModelRole.Policy };
            options.Worker.MaxBatches = 1;
        });
        using var log = new LogEntries();
        worker.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var job = await SolvedAsync(Problems.Job() with { Policy = "other-form", BatchSize = 2 }, 4);

        var progress = (await Jobs.ProgressAsync(job, default))!;
        var cause = Assert.Single(progress.UnansweredCauses);
        Assert.Equal((4, 0, UnansweredCause.NoAnswerFound, 4),
            (progress.Unanswered, progress.Failed, cause.Cause, cause.Problems));
        Assert.InRange(cause.Solutions, cause.OfSolutions / 2, cause.OfSolutions);
        Assert.True(UnansweredText.IsMuch(progress));
        var samples = await new UnansweredSamples(Database.DataSource).OfJobAsync(job, default);
        Assert.Equal(2, samples.Count);
        Assert.All(samples, sample => Assert.Contains("The output is: ", UnansweredText.LastLine(sample.Text), StringComparison.Ordinal));
        Assert.Contains("--answer-pattern", UnansweredText.Warning(progress, samples), StringComparison.Ordinal);
        // The worker's log said so after the first batch, and at the job's end.
        await Eventually.TrueAsync(() => Task.FromResult(log.Texts.Any(text => text.StartsWith("410 ", StringComparison.Ordinal))));
        Assert.Collection(log.Texts.Where(text => text.StartsWith("41", StringComparison.Ordinal)),
            first => Assert.StartsWith($"411 job {job}: none of its first 2 problems has an answer: ", first, StringComparison.Ordinal),
            last => Assert.StartsWith($"410 job {job}: 4 of 4 problems have no answer: no answer found in ", last,
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reward_model_with_a_small_context_is_named_as_the_cause()
    {
        // 110 cells hold the question and the first steps, and any one step of 64 tokens.
        var key = "llama.context_length"u8.ToArray();
        var reward = Patched("tiny-math-prm", [.. key, 4, 0, 0, 0], [.. key, 4, 0, 0, 0, 110, 0, 0, 0]);
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options =>
            options.Models["small-reward"] = new() { Path = reward, Role = ModelRole.Reward });
        var job = await SolvedAsync(Problems.Job() with { Reward = "small-reward", MaxStepTokens = 64 }, 4);

        var causes = (await Jobs.ProgressAsync(job, default))!.UnansweredCauses;
        Assert.Equal((UnansweredCause.RewardContext, true), (causes[0].Cause, causes[0].Solutions > 0));
        var before = await AnswersAsync();
        await ForgetResultsAsync();
        await Ledger.EndedAsync(job);
        Assert.Equal(before, await AnswersAsync());
    }

    [Theory]
    [InlineData(SearchStrategy.Rebase)]
    [InlineData(SearchStrategy.Sampling)]
    public async Task A_search_that_goes_on_after_a_crash_names_the_cause_that_it_names_without_one(SearchStrategy strategy)
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await SolvedAsync(Problems.Job() with { Strategy = strategy, MaxSolutionTokens = 24 }, 4);
        Assert.Equal([UnansweredCause.SolutionTokens], (await Jobs.ProgressAsync(job, default))!.UnansweredCauses.Select(one => one.Cause));
        var before = await AnswersAsync();

        // The deepest steps of each search were not stored when the worker died.
        await ForgetResultsAsync("""
            DELETE FROM nodes n USING (SELECT problem_id, max(depth) AS depth FROM nodes GROUP BY 1) d
            WHERE n.problem_id = d.problem_id AND n.depth = d.depth AND d.depth > 1;
            """);
        await Ledger.EndedAsync(job);
        Assert.Equal(before, await AnswersAsync());
        await Ledger.AssertNothingFalseAsync(new FolderResultBlobs(Folder.Path));
    }

    /// <summary>The tables as after a crash between the last checkpoint and the results.</summary>
    async Task ForgetResultsAsync(string also = "")
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync($"""
            DELETE FROM answers; DELETE FROM usage; DELETE FROM blobs; {also}
            UPDATE batches SET state = 'available', finished_at = NULL;
            UPDATE jobs SET state = 'running', finished_at = NULL;
            """);
    }

    async Task<IReadOnlyList<string>> AnswersAsync()
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>(
            "SELECT concat_ws(' ', problem_id, answer, unanswered_cause, solution_ends) FROM answers ORDER BY problem_id")];
    }

    /// <summary>A copy of a bundled model's file with the bytes of one place replaced.</summary>
    string Patched(string model, ReadOnlySpan<byte> place, byte[] with)
    {
        var file = File.ReadAllBytes(Models.PathOf(model));
        var at = file.AsSpan().IndexOf(place);
        Assert.True(at > 0, Encoding.UTF8.GetString(place));
        with.CopyTo(file, at);
        var path = Path.Combine(Folder.Path, $"{model}.patched.gguf");
        File.WriteAllBytes(path, file);
        return path;
    }
}
