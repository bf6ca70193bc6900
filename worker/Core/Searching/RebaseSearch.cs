using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching;

/// <summary>
/// Reward balanced search (arXiv 2408.00724, section 3.2), one level of the tree in each wave. The root gets <paramref name="width"/>
/// children. At each later depth the budget is the width less all solutions that ended so far; it is allocated to the level's open nodes
/// by their scores. An exhausted node leaves the budget as a finished one does, so the search always ends.
/// </summary>
/// <param name="width">N of the paper: how many solutions may end.</param>
/// <param name="allocation">How shares become whole numbers of children.</param>
/// <param name="balanceTemperature">T_b, above 0.</param>
sealed class RebaseSearch(int width, Allocation allocation, double balanceTemperature) : ISearchStrategy
{
    public bool NeedsReward => true;

    public int Breadth => width;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return Level.Children(tree, 0, width);

        var open = Level.Open(tree);
        var budget = Level.WidthLeft(tree, width);
        if (budget <= 0 || open.Length == 0) return [];

        var scores = Array.ConvertAll(open, node => node.Score ?? double.NaN);
        return Level.Children(tree, open, WidthAllocation.Deal(allocation, scores, budget, balanceTemperature));
    }

    public int MostFurtherCandidates(SearchTree tree) =>
        tree.Nodes.Count == 0 || Level.Open(tree).Length > 0 ? Level.WidthLeft(tree, width) : 0;
}
