using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching;

/// <summary>
/// DORA, direction-oriented resource allocation (arXiv 2506.15707, equations 10 to 13): REBASE in which nodes that say the same share what
/// one of them would get. Each node's weight e^(R / T_b) is multiplied by γ, its uniqueness among the level's open nodes
/// (<see cref="Directions"/>). With an embedding model γ is the paper's: the softmax over cosines of the whole texts so far. With the other
/// keys it is 1 over the number of open nodes in the same direction, the limit of that softmax for steps that are equal or not.
/// <para>
/// All else is <see cref="RebaseSearch"/>: the budget of a depth is the width less the solutions that ended. The paper keeps N for every
/// depth; then more than N solutions would end.
/// </para>
/// </summary>
/// <param name="width">N: how many solutions may end.</param>
/// <param name="allocation">How shares become whole numbers of children; the paper has round.</param>
/// <param name="balanceTemperature">T_b, above 0.</param>
/// <param name="key">What makes two nodes the same direction.</param>
/// <param name="similarityTemperature">T_s, above 0; for the key embedding only.</param>
sealed class DoraSearch(
    int width, Allocation allocation, double balanceTemperature, DirectionKey key, double similarityTemperature = 0.01) : ISearchStrategy
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
        var uniqueness = key is DirectionKey.Embedding
            ? Directions.Uniqueness(open, scores, similarityTemperature) : Directions.Uniqueness(tree, open, scores, key);
        return Level.Children(tree, open, WidthAllocation.Deal(allocation, scores, budget, balanceTemperature, uniqueness));
    }

    public int MostFurtherCandidates(SearchTree tree) =>
        tree.Nodes.Count == 0 || Level.Open(tree).Length > 0 ? Level.WidthLeft(tree, width) : 0;
}
