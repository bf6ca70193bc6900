using System.Globalization;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>The answer to a cell that was run anew in both runs. Pure.</summary>
static class CellTest
{
    /// <param name="cell">All but the answer, its reason, and the figures of the test.</param>
    /// <param name="level">Of Holm's first step if the cell is critical.</param>
    /// <param name="adjusted">The p after Holm's correction if the cell is critical.</param>
    public static GateCell Of(GateCell cell, PairedOutcomes outcomes, GatePolicy policy, double level, double adjusted)
    {
        var smallest = outcomes.SmallestDrop(level, policy.Power);
        var tolerated = cell.MaxDrop!.Value;
        var drop = cell.Before!.Value - cell.After!.Value;
        var tested = cell with { P = outcomes.SecondIsWorse, AdjustedP = adjusted, SmallestDrop = smallest };
        // A drop of 5 % of the problems is 0.05000000000000004 in floating point, and no more than is tolerated.
        var isBeyond = drop > tolerated + 1e-12;
        if (adjusted <= policy.Level)
            return cell.Tier is CellTier.Critical && isBeyond
                ? Answered(tested, GateAnswer.Block, $"{Figures(tested)}; {Points(tolerated)} tolerated")
                : Answered(tested, GateAnswer.Warn,
                    $"{Figures(tested)}; {(isBeyond ? $"more than {Points(tolerated)}" : $"within {Points(tolerated)}")}");
        // Nothing can be lost where nothing is right, and a drop to below nothing can't be seen.
        if (cell.Before == 0)
            return Answered(tested, GateAnswer.Inconclusive, "the baseline has no right answer, so nothing can be lost");
        // If all that failed were wrong answers of the run, it would have dropped by as much.
        if (smallest <= tolerated && cell.LeftOut > tolerated * (cell.LeftOut + cell.Problems * cell.Seeds))
            return Answered(tested, GateAnswer.Inconclusive,
                $"no significant drop, but more failed than the {Points(tolerated)} that are tolerated; {Figures(tested)}");
        if (smallest <= tolerated) return Answered(tested, GateAnswer.Pass, $"no significant drop; {Figures(tested)}");
        var needed = tolerated > 0 ? outcomes.ProblemsFor(tolerated, level, policy.Power) : null;
        return Answered(tested with { ProblemsNeeded = needed > outcomes.Problems ? needed : null }, GateAnswer.Inconclusive,
            string.Create(CultureInfo.InvariantCulture, $"no significant drop, but one of {Points(tolerated)} would not have been seen: "
                + $"the smallest that is with {policy.Power:P0} probability is {Points(smallest)}"
                + $"{(needed is null ? "" : $"; it needs about {needed:N0} problems")}; {Figures(tested)}"));
    }

    static GateCell Answered(GateCell cell, GateAnswer answer, string reason) => cell with
    {
        // The seeds that are not compared come last.
        Answer = answer,
        Reason = cell.Reason.Length == 0 ? reason : $"{reason}; {cell.Reason}",
    };

    /// <summary>Accuracies, flips and p.</summary>
    static string Figures(GateCell cell)
    {
        var answers = cell.Seeds > 1 ? "answers" : "problems";
        var leftOut = cell.LeftOut == 0 ? "" : $", {cell.LeftOut} failed and left out";
        return string.Create(CultureInfo.InvariantCulture,
            $"{100 * cell.After:F1} % right, {100 * cell.Before:F1} % in the baseline ({cell.Lost} of {cell.Problems * cell.Seeds} "
                + $"{answers} lost, {cell.Won} won{VerdictText.Net(cell)}, p = {cell.P:G2}{leftOut})");
    }

    static string Points(double share) => GateText.Points(share);
}
