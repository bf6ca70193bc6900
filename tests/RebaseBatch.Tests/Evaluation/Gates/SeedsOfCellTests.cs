using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

/// <summary>What seeds that were not run, or not run anew, and problems that failed make of a cell.</summary>
[Fast]
public sealed class SeedsOfCellTests
{
    const int Many = 4000;

    static readonly JobPair s_pass = Pair(0, Letters(60, 60)), s_block = Pair(1, Letters(400, 0));

    [Fact]
    public void A_seed_that_was_cancelled_in_the_run_is_no_pass_whatever_the_other_seeds_say()
    {
        var cut = Pair(2, "") with { RunCompleted = false };
        Assert.Equal(GateAnswer.Pass, Judge(s_pass).Answer);
        var cell = Judge(s_pass, cut);
        Assert.Equal(GateAnswer.Incomparable, cell.Answer);
        Assert.Contains("not all its seeds ran to their end", cell.Reason, StringComparison.Ordinal);
        Assert.Contains("seed 2: the run's job 12 was cancelled", cell.Reason, StringComparison.Ordinal);
        // What the others lost still stops a release.
        Assert.Equal(GateAnswer.Block, Judge(s_block, cut).Answer);
        var same = s_pass with { RunJob = s_pass.BaselineJob, Problems = Letters(0, 0) };
        Assert.Equal((GateAnswer.Pass, GateAnswer.Incomparable), (Judge(same).Answer, Judge(same, cut).Answer));
    }

    [Fact]
    public void A_seed_with_the_baselines_own_job_hides_no_drop_of_the_seeds_that_were_run_anew()
    {
        var same = s_pass with { RunJob = s_pass.BaselineJob, Problems = Letters(0, 0) };
        var (alone, both) = (Judge(s_block with { Problems = Letters(240, 0) }), Judge(same, s_block with { Problems = Letters(240, 0) }));
        Assert.Equal((GateAnswer.Block, GateAnswer.Block), (alone.Answer, both.Answer));
        Assert.Equal((alone.SmallestDrop, alone.After, 1), (both.SmallestDrop, both.After, both.Seeds));
        Assert.EndsWith("seed 0: the run has the baseline's own results", both.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(210, GateAnswer.Pass)]
    [InlineData(211, GateAnswer.Inconclusive)]
    public void More_failed_problems_than_the_drop_that_is_tolerated_are_no_pass(int failed, GateAnswer answer)
    {
        // 5 % of 4,210 are 210.5.
        var cell = Judge(s_pass with { Problems = s_pass.Problems + new string(JobPair.Failed, failed) });
        Assert.Equal((answer, failed), (cell.Answer, cell.LeftOut));
        Assert.Equal(answer is GateAnswer.Inconclusive,
            cell.Reason.StartsWith("no significant drop, but more failed than the 5 points", StringComparison.Ordinal));
    }

    static JobPair Pair(int seed, string letters) => new()
    {
        Spec = new() { Policy = "tiny", Reward = "prm", Width = 8, Seed = seed }, Dataset = "d.jsonl", DatasetSha256 = "d",
        BaselineJob = seed, BaselineCompleted = true, RunJob = 10 + seed, RunCompleted = true, Problems = letters,
    };

    static string Letters(int lost, int won) => new string(JobPair.OnlyBaseline, lost) + new string(JobPair.OnlyRun, won)
        + new string(JobPair.Both, Many / 2 - lost) + new string(JobPair.Neither, Many / 2 - won);

    static GateCell Judge(params JobPair[] pairs) => Assert.Single(GateJudgment.Of(new()
    {
        ScheduleId = 1, Schedule = "nightly", DueAt = DateTime.UnixEpoch, FinishedAt = null, SweepId = 7, SweepName = null, Baseline = 3,
        BaselineFinishedAt = null, Gate = null,
    }, [new PairedCell("cell", pairs)], new()).Cells);
}
