using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching.Authors;

/// <summary>
/// REBASE as the authors' code runs it (thu-wyz/inference_scaling, rebase.py, select_and_expand): at each level every leaf takes
/// one place of the width, which it keeps. The level's other nodes share the rest by <see cref="AuthorsAllocation"/>. The search ends when
/// nothing is left or no node can share it. Dropped nodes take no place. Children are born in the order in which their parents were served,
/// the best first; this order decides later ties of scores and votes.
/// </summary>
/// <param name="width">Their width: how many solutions may end, except for what their arithmetic allocates beyond it.</param>
/// <param name="allocation">Their code has ceil; round is the paper's formula, as in <see cref="RebaseSearch"/>.</param>
/// <param name="balanceTemperature">T_b, above 0.</param>
sealed class AuthorsSearch(int width, Allocation allocation, double balanceTemperature) : ISearchStrategy
{
    public bool NeedsReward => true;

    // Twice the width, because rounding errors may allocate more than there is. In practice it is one more.
    public int Breadth => 2 * width;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return Level.Children(tree, 0, width);

        var open = Level.Open(tree);
        var left = Left(tree);
        if (left <= 0 || open.Length == 0) return [];

        var scores =
            Array.ConvertAll(open,
                node => node.Score
                    ?? throw new InvalidDataException(
                        $"stored node {node.No} is open without a score: the job's checkpoints are of another version"));
        var widths = allocation is Allocation.Ceil
            ? AuthorsAllocation.Ceil(scores, left, balanceTemperature)
            : WidthAllocation.Deal(allocation, scores, left, balanceTemperature);
        var served = Level.BestFirst(open);
        return Level.Children(tree, Array.ConvertAll(served, i => open[i]), Array.ConvertAll(served, i => widths[i]));
    }

    // A level may get twice the rest; the solutions that finish there leave less for the next level.
    public int MostFurtherCandidates(SearchTree tree) => tree.Nodes.Count == 0 || Level.Open(tree).Length > 0
        ? 2 * Math.Max(0, Left(tree)) : 0;

    int Left(SearchTree tree) => width - tree.Nodes.Count(node => node.State is NodeState.Finished or NodeState.Exhausted);
}
