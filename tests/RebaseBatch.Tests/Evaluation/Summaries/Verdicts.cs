using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Tests.Evaluation.Summaries;

/// <summary>Verdicts as a gate gives them.</summary>
static class Verdicts
{
    public static readonly GateCell Lost = new()
    {
        Title = "tiny-math-policy-s rebase 16 on arithmetic-test", Tier = CellTier.Critical, Answer = GateAnswer.Block,
        Reason = "11.0 points fewer are right, and 5.0 are tolerated", BaselineJobs = [1, 2], RunJobs = [11, 12], Problems = 200, Seeds = 2,
        Before = 0.66, After = 0.55, ChangeLow = -0.158, ChangeHigh = -0.062, Lost = 61, Won = 17, P = 0.00001, AdjustedP = 0.00002,
        SmallestDrop = 0.061, MaxDrop = 0.05,
    };

    public static readonly GateCell Kept = new()
    {
        Title = "tiny-math-policy-s greedy 1 on arithmetic-test", Tier = CellTier.Advisory, Answer = GateAnswer.Pass,
        Reason = "nothing got worse", BaselineJobs = [3], RunJobs = [13], Problems = 200, Seeds = 1, Before = 0.4, After = 0.41,
        ChangeLow = -0.02, ChangeHigh = 0.04, Lost = 3, Won = 5, P = 0.855, AdjustedP = 0.855, SmallestDrop = 0.031, MaxDrop = 0.05,
    };

    public static readonly GateCell Missing = new()
    {
        Title = "tiny-math-policy-m rebase 16 on arithmetic-test", Tier = CellTier.Critical, Answer = GateAnswer.Incomparable,
        Reason = "the run has no such cell", BaselineJobs = [4], RunJobs = [],
    };

    public static readonly GateVerdict Block = new()
    {
        Answer = GateAnswer.Block, Reason = "1 of 2 critical cells got worse than is tolerated", Schedule = "nightly", DueAt = At(30, 1, 0),
        FinishedAt = At(30, 3, 12), SweepId = 9, SweepName = "sizes", BaselineSweepId = 1, BaselineFinishedAt = At(1, 3, 0),
        Cells = [Kept, Missing, Lost], EngineChanges = ["the KV cache is q8_0, and was f16"], SmallestDrop = 0.061,
    };

    public static readonly GateVerdict Pass = new()
    {
        Answer = GateAnswer.Pass, Reason = "nothing got worse", Schedule = "nightly", DueAt = At(30, 1, 0), FinishedAt = At(30, 3, 12),
        SweepId = 9, BaselineSweepId = 1, Cells = [Kept],
    };

    static DateTimeOffset At(int day, int hour, int minute) => new(2026, 11, day, hour, minute, 0, TimeSpan.Zero);
}
