using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Whether a policy is one for a sweep. Pure.</summary>
static class GateFit
{
    /// <summary>A rule that fits no cell has a name misspelt: its tolerance would count nowhere, and nobody would be told.</summary>
    /// <param name="file">Name of the policy's file, for error messages.</param>
    /// <exception cref="UserException">BadInput: one line for each rule that fits no cell of the sweep.</exception>
    public static void Check(GatePolicy policy, SweepSpec sweep, string file)
    {
        var cells = SweepPlan.Of(sweep).Select(job => (job.Spec, Dataset: RemoteUri.NameOf(sweep.Datasets[job.Dataset].Path))).ToList();
        var titles = GateCellTitles.Of(cells).Distinct().ToList();
        var faults = policy.Cells.Select((rule, i) => (Rule: rule, No: i))
            .Where(one => !cells.Any(cell => CellPolicy.Fits(one.Rule, cell.Spec, cell.Dataset)))
            .Select(one => $"{file}: cells[{one.No}] ({RuleText.Of(one.Rule)}) fits no cell of the sweep: its cells are "
                + $"{string.Join(", ", titles.Take(5))}{(titles.Count > 5 ? $" and {titles.Count - 5} more" : "")}").ToList();
        if (faults.Count > 0) throw new UserException(ExitCode.BadInput, string.Join('\n', faults));
    }
}
