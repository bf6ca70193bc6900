namespace RebaseBatch.Core.Searching;

/// <summary>The common part of all strategies that grow a tree by one level in each wave.</summary>
static class Level
{
    /// <summary>
    /// The deepest level's open nodes, by number; rollouts belong to no level. The time depends on the size of that level only.
    /// </summary>
    public static SearchNode[] Open(SearchTree tree)
    {
        var nodes = tree.Nodes;
        var end = nodes.Count;
        while (nodes[end - 1].IsRollout) end--; // the level's own rollouts come after it
        var deepest = nodes[end - 1].Depth; // every wave is one level, so the last-born node is on the deepest and its level stands here
        var first = end - 1;
        while (first > 0 && nodes[first - 1] is { IsRollout: false } node && node.Depth == deepest) first--;
        return [.. Enumerable.Range(first, end - first).Select(i => nodes[i]).Where(node => node.State == NodeState.Open)];
    }

    /// <summary>REBASE's budget of the next depth: the width less all solutions that ended (B_i = B_{i-1} - C_i).</summary>
    public static int WidthLeft(SearchTree tree, int width) => width - tree.Nodes.Count(node => node.State != NodeState.Open);

    /// <summary>How many solutions can still end when each wave fills all places: one for each open node of the deepest level.</summary>
    public static int Places(SearchTree tree, int width) => tree.Nodes.Count == 0 ? width : Open(tree).Length;

    /// <summary>
    /// A wave: <paramref name="widths"/>[i] children for parent i. Siblings get neighbouring numbers; the parents' order decides whose
    /// children come first.
    /// </summary>
    public static List<PlannedStep> Children(SearchTree tree, SearchNode[] parents, int[] widths)
    {
        var wave = new List<PlannedStep>(widths.Sum());
        for (var i = 0; i < parents.Length; i++)
            for (var child = 0; child < widths[i]; child++)
                wave.Add(new(tree.NextNo + wave.Count, parents[i].No, child));
        return wave;
    }

    /// <summary>A wave with children of one parent.</summary>
    /// <param name="before">How many children the parent has already.</param>
    public static List<PlannedStep> Children(SearchTree tree, int parent, int width, int before = 0) =>
        [.. Enumerable.Range(0, width).Select(child => new PlannedStep(tree.NextNo + child, parent, before + child))];

    /// <summary>
    /// Indices of <paramref name="nodes"/>, the best first: by descending score of the step, and among equal scores the later-born first.
    /// This is the order of REBASE's allocation (<see cref="WidthAllocation"/>). Nodes without a finite score come last.
    /// </summary>
    public static int[] BestFirst(SearchNode[] nodes)
    {
        var scores = Array.ConvertAll(nodes, node => node.Score is { } score && double.IsFinite(score) ? score : double.NegativeInfinity);
        var order = Enumerable.Range(0, nodes.Length).ToArray();
        Array.Sort(order, (a, b) => scores[b].CompareTo(scores[a]) is not 0 and var byScore ? byScore : b.CompareTo(a));
        return order;
    }
}
