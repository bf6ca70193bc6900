namespace RebaseBatch.Core.Searching;

/// <summary>
/// Monte Carlo tree search as the paper's baseline (arXiv 2408.00724, appendix C). An expansion goes down from the root to a node without
/// children, each time to the child with the highest UCT(s) = Q(s) + C · √(ln N(parent) / N(s)), and gives that node its children; their
/// rewards are backed up along the path (<see cref="MctsStatistics"/>). Each wave is one expansion, because it depends on the rewards of
/// the one before. Solutions that are still open when the expansions are spent are not candidates; the paper names their number as the
/// reason why this search loses to sampling.
/// <para>
/// The paper gives the root 4, 8 and 16 children for 32, 64 and 128 expansions and any other node 2: here the root gets an eighth of the
/// expansions, at least 2. The paper does not say the following. The root counts as an expansion. The search never returns to a node that
/// has no open node under it: that would spend an expansion on no step. No more solutions finish than there are expansions. Among children
/// of equal UCT the first-born is taken, as the argmax of other implementations does.
/// </para>
/// </summary>
/// <param name="expansions">How many nodes get children, and how many solutions may finish: 1 or more.</param>
/// <param name="exploration">C, 0 or more.</param>
sealed class MctsSearch(int expansions, double exploration) : ISearchStrategy
{
    const int Children = 2;

    // UCT values that are equal by the formula may differ by rounding and by the machine's logarithm: 1e-9 is far above both.
    const double Slack = 1e-9;

    readonly int _rootChildren = Math.Min(expansions, Math.Max(Children, expansions / 8));

    public bool NeedsReward => true;

    public int Breadth => _rootChildren; // another node never gets more

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return Level.Children(tree, 0, _rootChildren);

        var statistics = new MctsStatistics(tree);
        var room = expansions - statistics.Finished;
        if (statistics.Expansions >= expansions || room <= 0 || !statistics.HasOpen(0)) return [];

        var at = 0;
        while (statistics.IsExpanded(at)) at = BestChild(statistics, at);
        return Level.Children(tree, at, Math.Min(Children, room));
    }

    /// <summary>Also every open node: the search may come back to any of them.</summary>
    public IReadOnlySet<int> StillNeeded(SearchTree tree, IReadOnlyList<PlannedStep> wave) =>
        wave.Select(step => step.ParentNo).Concat(tree.Nodes.Where(node => node.State == NodeState.Open).Select(node => node.No))
            .ToHashSet();

    public int MostFurtherCandidates(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return expansions;
        var statistics = new MctsStatistics(tree);
        return statistics.HasOpen(0) ? Math.Clamp((expansions - statistics.Expansions) * Children, 0, expansions - statistics.Finished) : 0;
    }

    int BestChild(MctsStatistics statistics, int parent)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        var logVisits = Math.Log(statistics.Visits(parent));
        foreach (var child in statistics.Children(parent))
        {
            if (!statistics.HasOpen(child)) continue;
            var uct = statistics.Value(child) + exploration * Math.Sqrt(logVisits / statistics.Visits(child));
            if (uct > highest + Slack) (best, highest) = (child, uct);
        }
        return best;
    }
}
