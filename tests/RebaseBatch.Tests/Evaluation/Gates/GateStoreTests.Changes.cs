using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Results;
using RebaseBatch.Evaluation.Gates;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

/// <summary>What happens to jobs after they ended, and what the gate makes of it.</summary>
public sealed partial class GateStoreTests
{
    [Fact]
    public async Task A_cell_of_the_baseline_whose_job_was_deleted_is_missing()
    {
        var (baseline, run) = (await RunAsync("weights-1", _ => true, Sweep(4, 8)), await RunAsync("weights-2", _ => true, Sweep(4, 8)));
        await AddAsync(baseline, run);
        await ExecuteAsync("DELETE FROM jobs WHERE job_id = (SELECT max(job_id) FROM sweep_jobs WHERE sweep_id = @baseline)",
            new { baseline });
        var verdict = Assert.Single(await JudgeDueAsync()).Verdict;
        Assert.Equal(GateAnswer.Incomparable, verdict.Answer);
        Assert.Equal(("tiny rebase 8 on d.jsonl", "the baseline's jobs of this cell were deleted"),
            (verdict.Cells[^1].Title, verdict.Cells[^1].Reason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_is_judged_anew_when_its_answers_or_its_baselines_are_graded_again(bool ofBaseline)
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 30));
        await AddAsync(baseline, run);
        Assert.True(Assert.Single(await JudgeDueAsync()).IsStored);
        var job = await ScalarAsync<long>($"SELECT job_id FROM sweep_jobs WHERE sweep_id = {(ofBaseline ? baseline : run)}");
        await new Regrading(Database.DataSource).RunAsync(job, Ct);
        Assert.Equal(run, Assert.Single(await Store.UnjudgedAsync(Ct)).SweepId);
        Assert.True(Assert.Single(await JudgeDueAsync()).IsStored);
    }

    [Fact]
    public async Task Answers_of_two_versions_of_the_grader_are_not_compared_until_they_are_graded_again()
    {
        var (baseline, run) = (await RunAsync("weights-1", problem => problem < 30), await RunAsync("weights-2", problem => problem < 30));
        await ExecuteAsync($"""
            UPDATE answers SET grader_version = CASE WHEN job_id IN (SELECT job_id FROM sweep_jobs WHERE sweep_id = {baseline})
                THEN '3' ELSE '4' END
            """);
        var verdict = await JudgeAsync(run, baseline);
        Assert.Equal((GateAnswer.Incomparable, "another version of the grader graded it: grader: 3 (baseline), 4 (run); 'rebase results "
            + $"regrade JOB' grades it again with this program's, for each of the jobs {baseline}, {run}"),
            (verdict.Answer, Assert.Single(verdict.Cells).Reason));
        Assert.Contains(new GateFact("grader", "3", "4", true), verdict.RanOn);

        var allowed = await JudgeAsync(run, baseline, new() { AllowEngineChange = true });
        Assert.Equal((GateAnswer.Inconclusive, "grader: 3 (baseline), 4 (run)"), (allowed.Answer, Assert.Single(allowed.EngineChanges)));
        Assert.EndsWith("what both ran on is not known", GateSummary.Line(allowed), StringComparison.Ordinal);

        foreach (var sweep in (long[])[baseline, run])
            await new Regrading(Database.DataSource).RunAsync(
                await ScalarAsync<long>($"SELECT job_id FROM sweep_jobs WHERE sweep_id = {sweep}"), Ct);
        Assert.DoesNotContain((await JudgeAsync(run, baseline)).RanOn, fact => fact.Differs);
    }
}
