using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Gates;

/// <summary>What results that were there before the run make of its verdict.</summary>
public sealed partial class GateJudgmentTests
{
    [Fact]
    public void A_run_that_did_nothing_anew_is_no_pass_unless_the_gate_says_so_and_what_it_repeats_is_told()
    {
        var same = new PairedCell("same", [Pair(4) with { RunJob = 1, Problems = new string('3', 100) }]);
        var nothing = Judge(new(), same);
        Assert.Equal(GateAnswer.Inconclusive, nothing.Answer);
        Assert.StartsWith("INCONCLUSIVE nightly: nothing was run anew: ", GateSummary.Line(nothing), StringComparison.Ordinal);
        Assert.Contains("1 of 1 cell repeat results of before the run", GateSummary.Line(nothing), StringComparison.Ordinal);

        var (anew, end) = (Cell(8, Many, 30, 30), new DateTime(2026, 11, 3, 5, 0, 0, DateTimeKind.Utc));
        var earlier = new PairedCell("earlier", [Pair(16) with
        {
            Problems = Letters(Many, 30, 30), RunIsOld = true, RunFinishedAt = end,
        }]);
        var some = Judge(new(), anew, same, earlier);
        Assert.Equal((GateAnswer.Pass, 2, end), (some.Answer, some.Repeated, some.MeasuredAt?.UtcDateTime));
        Assert.Contains("2 of 3 cells repeat results of before the run, the newest result is of 2026-11-03 05:00Z", GateSummary.Line(some),
            StringComparison.Ordinal);

        var strict = Judge(new() { RequireFresh = true }, anew, same, earlier);
        Assert.Equal([GateAnswer.Incomparable, GateAnswer.Pass, GateAnswer.Incomparable, GateAnswer.Incomparable],
            strict.Cells.Select(cell => cell.Answer).Prepend(strict.Answer));
        Assert.Contains("the gate asks for new ones (require_fresh)", strict.Cells[1].Reason, StringComparison.Ordinal);
    }
}
