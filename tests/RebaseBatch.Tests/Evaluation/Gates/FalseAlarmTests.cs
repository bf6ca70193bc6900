using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Tests.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

/// <summary>
/// Whole nights through the judging code: cells of problems with difficulties of their own, and seeds that depend on each other.
/// </summary>
[Fast]
public sealed class FalseAlarmTests
{
    /// <summary>
    /// Nothing got worse, and less than one answer is tolerated, so that every significant cell blocks. Of 10,000 nights at a true rate of
    /// 5 %, up to 5.6 % would be chance (2.6 standard deviations of 0.22 points). Tests of whole numbers stay below their level.
    /// </summary>
    [Fact]
    public void Of_ten_thousand_nights_without_a_loss_at_most_5_percent_block()
    {
        (SimulatedNights Problems, int Count, int Seeds)[] cells =
            [(new(0.5, 3), 80, 2), (new(0.8, 0.5, 2), 150, 1), (new(0.3, 1, 3), 150, 1)];
        var policy = new GatePolicy { MaxDrop = 0.006 };
        var verdicts = Enumerable.Range(0, 10_000).Select(_ => GateJudgment.Of(s_run,
            [.. cells.Select((cell, i) => Cell($"cell {i}", cell.Problems.Draw(cell.Count, cell.Seeds)))], policy)).ToList();

        var blocked = verdicts.Count(verdict => verdict.Answer is GateAnswer.Block) / 10_000.0;
        Assert.InRange(blocked, 0.02, 0.056);
        // Without Holm's correction, three cells would block more often than that.
        Assert.InRange(verdicts.Count(verdict => verdict.Cells.Any(cell => cell.P <= 0.05)) / 10_000.0, 0.07, 0.15);
    }

    static readonly JudgedRun s_run = new()
    {
        ScheduleId = 1, Schedule = "nightly", DueAt = DateTime.UnixEpoch, FinishedAt = DateTime.UnixEpoch, SweepId = 2,
        SweepName = "nightly", Baseline = 1, BaselineFinishedAt = DateTime.UnixEpoch, Gate = null,
    };

    /// <summary>The cell's jobs, one for each seed.</summary>
    static PairedCell Cell(string title, PairedOutcome[] outcomes) => new(title,
    [
        .. Enumerable.Range(0, outcomes[0].Seeds).Select(seed => new JobPair
        {
            Spec = new() { Policy = "policy", Seed = seed },
            Dataset = "d",
            DatasetSha256 = "",
            BaselineJob = seed,
            BaselineCompleted = true,
            RunJob = 100 + seed,
            RunCompleted = true,
            // Which of the seeds are right does not matter, only how many are.
            Problems = string.Concat(outcomes.Select(problem => (problem.First > seed, problem.Second > seed) switch
            {
                (true, true) => JobPair.Both,
                (true, false) => JobPair.OnlyBaseline,
                (false, true) => JobPair.OnlyRun,
                _ => JobPair.Neither,
            })),
        }),
    ]);
}
