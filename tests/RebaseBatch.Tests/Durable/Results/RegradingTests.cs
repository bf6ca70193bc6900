using RebaseBatch.Contracts;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

public sealed class RegradingTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Answers_are_graded_again_by_the_jobs_pattern_and_tolerances_and_what_changed_is_listed()
    {
        IReadOnlyList<ProblemSpec> problems =
        [
            new("far", "far", "q", "4.2"), new("near", "near", "q", "4.2", Tolerance: "0.1"), new("same", "same", "q", "4.25"),
            new("none", "none", "q", null), new("exact", "exact", "q", "4.2", Tolerance: "0"),
        ];
        var spec = Spec with { BatchSize = 8, AnswerPattern = "Result: (.+)", Tolerance = 0.01 };
        var job = await Jobs.EnqueueAsync(spec, problems, Ct);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.Equal(problems, pending.Select(problem => problem.Spec));
        Assert.Equal(spec, lease.Spec);
        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem => Result(lease, problem))], Ct));
        // As an earlier grader left them: by a built-in form, and without tolerances.
        await ExecuteAsync("""
            UPDATE answers a SET answer = '7', correct = CASE WHEN p.gold_answer IS NOT NULL THEN false END, grader_version = 'of old',
                candidates = '[{"node": 1, "answer": "7", "text": "Result: 4.25\nThe answer is 7", "step_scores": [0.5]}]'
            FROM problems p WHERE p.problem_id = a.problem_id
            """);

        var outcome = (await new Regrading(Database.DataSource).RunAsync(job, Ct))!;

        Assert.Equal((5, 5, 2, 0), (outcome.Problems, outcome.OtherAnswers, outcome.NowRight, outcome.NowWrong));
        Assert.Equal(
            [
                new("far", "4.2", "7", "4.25", false, false), new("near", "4.2", "7", "4.25", false, true),
                new("same", "4.25", "7", "4.25", false, true), new("none", null, "7", "4.25", null, null),
                new("exact", "4.2", "7", "4.25", false, false),
            ], outcome.Changes);
        Assert.Equal("near,same",
            await ScalarAsync<string>("SELECT string_agg(custom_id, ',' ORDER BY ordinal) FROM v_answers WHERE correct"));
        Assert.Equal("0.1,0", await ScalarAsync<string>("SELECT string_agg(tolerance, ',' ORDER BY ordinal) FROM v_answers"));
        Assert.Empty((await new Regrading(Database.DataSource).RunAsync(job, Ct))!.Changes);
    }
}
