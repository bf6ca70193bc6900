using RebaseBatch.Contracts.Gates;
using RebaseBatch.Durable.Results;
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
}
