using RebaseBatch.Contracts;

namespace RebaseBatch.Searching;

/// <summary>
/// Reward balanced search (arXiv 2408.00724, section 3.2), one level of the tree a wave: the root gets <paramref name="width"/>
/// children; at each later depth the budget, width less all solutions that ended so far, is dealt over the level's open nodes by
/// their scores. An exhausted node leaves the budget as a finished one does, so the search always ends.
/// </summary>
/// <param name="width">N of the paper: how many solutions may end.</param>
/// <param name="allocation">How shares become whole children.</param>
/// <param name="balanceTemperature">T_b, above 0.</param>
sealed class RebaseSearch(int width, Allocation allocation, double balanceTemperature) : ISearchStrategy
{
    public bool NeedsReward => true;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        var nodes = tree.Nodes;
        if (nodes.Count == 0) return Plan(tree, [0], [width]);

        var deepest = nodes[^1].Depth; // every wave is one level, so the last-born node is on the deepest
        var budget = width - nodes.Count(node => node.State != NodeState.Open);
        var open = nodes.Where(node => node.Depth == deepest && node.State == NodeState.Open).ToArray();
        if (budget <= 0 || open.Length == 0) return [];

        var scores = Array.ConvertAll(open, node => node.Score ?? double.NaN);
        return Plan(tree, Array.ConvertAll(open, node => node.No), WidthAllocation.Deal(allocation, scores, budget, balanceTemperature));
    }

    /// <summary>Siblings get neighbouring numbers, parents are served in order of theirs.</summary>
    static List<PlannedStep> Plan(SearchTree tree, int[] parents, int[] widths)
    {
        var wave = new List<PlannedStep>(widths.Sum());
        for (var i = 0; i < parents.Length; i++)
            for (var child = 0; child < widths[i]; child++)
                wave.Add(new(tree.NextNo + wave.Count, parents[i], child));
        return wave;
    }
}
