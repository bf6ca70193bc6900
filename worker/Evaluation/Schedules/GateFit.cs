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
    /// <summary>That the gate can stop no release; null if it can.</summary>
    public static string? Remark(GatePolicy policy, SweepSpec sweep) => SweepPlan.Of(sweep).Any(job =>
        CellPolicy.Of(policy, job.Spec, RemoteUri.NameOf(sweep.Datasets[job.Dataset].Path)) is { Tier: CellTier.Critical } rule
            && rule.Tolerated(1) < 1) ? null
        : "this gate can never BLOCK: every cell is advisory or may lose everything. Make a cell critical, with a max_drop below 1";

    /// <summary>A rule that counts for no cell has a name misspelt: its tolerance would count nowhere, and nobody would be told.</summary>
    /// <param name="file">Name of the policy's file, for error messages.</param>
    /// <exception cref="UserException">BadInput: one line for each rule that fits no cell of the sweep.</exception>
    public static void Check(GatePolicy policy, SweepSpec sweep, string file)
    {
        var cells = SweepPlan.Of(sweep).Select(job => (job.Spec, Dataset: RemoteUri.NameOf(sweep.Datasets[job.Dataset].Path))).ToList();
        var titles = GateCellTitles.Of(cells).Distinct().ToList();
        var rules = policy.Cells.Select((rule, i) => (Rule: rule, No: i)).ToList();
        var faults = rules
            .Where(one => !cells.Any(cell => CellPolicy.Fits(one.Rule, cell.Spec, cell.Dataset)))
            .Select(one => $"{file}: cells[{one.No}] ({RuleText.Of(one.Rule)}) fits no cell of the sweep: its cells are "
                + $"{string.Join(", ", titles.Take(5))}{(titles.Count > 5 ? $" and {titles.Count - 5} more" : "")}").ToList();
        // Hidden by a rule before it, a critical rule would stop nothing.
        faults.AddRange(rules.Where(one => cells.Exists(cell => CellPolicy.Fits(one.Rule, cell.Spec, cell.Dataset)) && !cells.Exists(cell =>
                policy.Cells.FirstOrDefault(rule => CellPolicy.Fits(rule, cell.Spec, cell.Dataset)) == one.Rule))
            .Select(one => $"{file}: cells[{one.No}] ({RuleText.Of(one.Rule)}) never counts: rules before it fit all its cells, and the "
                + "first that fits counts: put it before them"));
        if (faults.Count > 0) throw new UserException(ExitCode.BadInput, string.Join('\n', faults));
    }
}
