using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching;

/// <summary>
/// DORA, direction-oriented resource allocation (arXiv 2506.15707, equations 10 to 13): REBASE in which nodes that say the same share what
/// one of them would get. Each node's weight e^(R / T_b) is multiplied by γ, its uniqueness among the level's open nodes; here γ is 1 over
/// the number of open nodes in the same direction (<see cref="Directions"/>), the limit of the paper's softmax over cosines at
/// T_s = 0.01 for steps that are equal or not. The paper compares embeddings of the whole text so far.
/// <para>
/// All else is <see cref="RebaseSearch"/>: the budget of a depth is the width less the solutions that ended. The paper keeps N for every
/// depth; then more than N solutions would end.
/// </para>
/// </summary>
/// <param name="width">N: how many solutions may end.</param>
/// <param name="allocation">How shares become whole numbers of children; the paper has round.</param>
/// <param name="balanceTemperature">T_b, above 0.</param>
/// <param name="key">What makes two nodes the same direction.</param>
sealed class DoraSearch(int width, Allocation allocation, double balanceTemperature, DirectionKey key) : ISearchStrategy
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
        return Level.Children(tree, open, WidthAllocation.Deal(
            allocation, scores, budget, balanceTemperature, Directions.Uniqueness(tree, open, scores, key)));
    }

    public int MostFurtherCandidates(SearchTree tree) =>
        tree.Nodes.Count == 0 || Level.Open(tree).Length > 0 ? Level.WidthLeft(tree, width) : 0;
}
