using System.Globalization;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>In which cells one of two runs is significantly better.</summary>
sealed class RunComparisonSection(MeasuredDataset evaluation, string prefix)
{
    const string Title = "Comparison of the two runs";

    public Section? Of() => evaluation.Comparison is { } comparison
        ? Of(comparison, $"{comparison.Runs.First.Name}", $"{comparison.Runs.Second.Name}") : null;

    Section Of(RunComparison comparison, string first, string second) =>
        comparison.Meet ? Table(comparison, first, second) : new($"{prefix}cells", Title,
        Section.Text($"There is nothing to compare: no job of {first} has the same settings, seed and models' names as a job of {second}. "
            + "The sections below show them side by side."));

    Section Table(RunComparison comparison, string first, string second) => new($"{prefix}cells", Title,
        Section.Text($"First is {first}, second {second}. {Outcome(comparison, first, second)}"),
        Section.Text("A cell has the same settings, the same seed and the same models' names; the weights behind the names may differ. "
            + "McNemar's exact test over the same problems: only problems that just one of the two runs solved count. A problem that "
            + "failed in either is left out; a cell that leaves out more than a tenth is not compared. The change is second minus first in "
            + "points, with its 95\u00a0% interval over problems. p is the "
            + "probability of so large a difference, in either direction, if neither is better; the adjusted p (Holm) takes into account "
            + "how many cells the table tests. Each seed is a cell of its own here; the table of lost and won problems takes the seeds of "
            + "a cell together, as the gate does. In the sections below, the newer of two jobs with equal settings, seed and weights "
            + "stands for both."),
        DataTable.Of<CellComparison>($"{prefix}cells", "Cells of the two runs", comparison.Cells,
            new("cell", cell => cell.Title),
            new("jobs", cell => $"{Job(cell.First)} / {Job(cell.Second)}"),
            new("first_accuracy", cell => Accuracy(cell.First), cell => Percent(cell.First)),
            new("second_accuracy", cell => Accuracy(cell.Second), cell => Percent(cell.Second)),
            new("only_first_right", cell => cell.Test?.OnlyFirst),
            new("only_second_right", cell => cell.Test?.OnlySecond),
            new("change", cell => cell.Change?.Value, cell => NumberText.Change(cell.Change)),
            new("change_low", cell => cell.Change?.Low) { OnPage = false },
            new("change_high", cell => cell.Change?.High) { OnPage = false },
            new("p", cell => cell.Test?.TwoSided, cell => cell.Test is { } test ? NumberText.Chance(test.TwoSided) : ""),
            new("p_adjusted", cell => cell.Test is null ? null : cell.Adjusted,
                cell => cell.Test is null ? "" : NumberText.Chance(cell.Adjusted)),
            new("verdict", cell => Verdict(cell, first, second)),
            new("left_out", cell => cell.LeftOut)).Open());

    static string Outcome(RunComparison comparison, string first, string second) =>
        (comparison.Tested, comparison.FirstBetter, comparison.SecondBetter) switch
        {
            (0, _, _) when comparison.Cells.Any(cell => cell.LacksTooMany) => "No cell can be compared: too many problems failed.",
            (0, _, _) => "No cell was run by both: they only share the same jobs.",
            (1, 0, 0) => "The one cell that both ran shows no significant difference.",
            (var tested, 0, 0) => $"None of the {tested} cells that both ran shows a significant difference.",
            (var tested, var firstBetter, var secondBetter) =>
                $"Of {(tested == 1 ? "the one cell" : $"the {tested} cells")} that both ran, {first} is better in {firstBetter} and "
                    + $"{second} in {secondBetter}.",
        };

    static string Verdict(CellComparison cell, string first, string second) => cell switch
    {
        { First: null } => $"{first} has no such job",
        { Second: null } => $"{second} has no such job",
        { LacksTooMany: true } => $"not comparable: {cell.LeftOut} problems failed",
        { Test: null } => "the same job",
        { IsDecided: false } => "undecided",
        { Test: var test } => $"{(test.Value.OnlyFirst > test.Value.OnlySecond ? first : second)} is better",
    };

    static string Job(MeasuredJob? job) => job?.JobId.ToString(CultureInfo.InvariantCulture) ?? "–";

    static double? Accuracy(MeasuredJob? job) => job is null
        ? null : (double)job.Problems.Count(problem => problem.IsRight) / job.Graded.Count();

    static string Percent(MeasuredJob? job) => job?.AccuracyText ?? "";
}
