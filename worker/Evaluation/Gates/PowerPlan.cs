using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>What a gate can see with a sweep. Pure.</summary>
static class PowerPlan
{
    const string Assumption = "assumed: 20 % change";

    /// <summary>From two runs. Of a cell whose results are the same jobs', only the accuracy is known.</summary>
    /// <param name="name">The schedule's name, or "sweep 3".</param>
    /// <param name="basis">Which two sweeps they are.</param>
    public static IReadOnlyList<PowerCell> OfRuns(
        string name, IReadOnlyList<PairedCell> cells, string basis, GatePolicy policy) => Of(name, policy,
        cells.Where(cell => cell.Outcomes.Count > 0).Select(cell =>
        {
            var pairs = new Core.Statistics.PairedOutcomes(cell.Outcomes);
            return cell.IsSameJob
                ? new Planned(cell.Title, cell.Spec, cell.Dataset, PowerCell.Assumed(pairs.Problems, pairs.First), 1, Assumption)
                : new Planned(cell.Title, cell.Spec, cell.Dataset, pairs, cell.Paired.Count, basis);
        }));

    /// <summary>
    /// From a sweep that has not run: its cells with their problems. Seeds count as one, as nobody knows how far they agree.
    /// </summary>
    /// <param name="cells">Of each job of the sweep its settings, its dataset's name and its problems with a gold answer.</param>
    public static IReadOnlyList<PowerCell> OfSweep(
        string name, IReadOnlyList<(JobSpec Spec, string Dataset, int Problems)> cells, GatePolicy policy)
    {
        var once = cells.Where(cell => cell.Problems > 0).DistinctBy(cell => (cell.Spec with { Seed = 0 }, cell.Dataset)).ToList();
        var titles = GateCellTitles.Of([.. once.Select(cell => (cell.Spec, cell.Dataset))]);
        return Of(name, policy, once.Zip(titles, (cell, title) => new Planned(
            title, cell.Spec, cell.Dataset, PowerCell.Assumed(cell.Problems, PowerCell.AssumedAccuracy), 1, $"{Assumption}, 50 % right")));
    }

    static IReadOnlyList<PowerCell> Of(string name, GatePolicy policy, IEnumerable<Planned> planned)
    {
        var cells = planned.Select(cell => (Cell: cell, Rule: CellPolicy.Of(policy, cell.Spec, cell.Dataset))).ToList();
        var critical = Math.Max(1, cells.Count(cell => cell.Rule.Tier is CellTier.Critical));
        return [.. cells.Select(one => new PowerCell(name, one.Cell.Title, one.Cell.Pairs, one.Cell.Seeds, one.Cell.Basis, one.Rule,
            one.Rule.Tier is CellTier.Critical ? policy.Level / critical : policy.Level, policy.Power))];
    }

    sealed record Planned(string Title, JobSpec Spec, string Dataset, Core.Statistics.PairedOutcomes Pairs, int Seeds, string Basis);
}
