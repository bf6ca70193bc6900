namespace RebaseBatch.Core.Searching;

/// <summary>The nodes of one search, by number.</summary>
/// <param name="random">The root's stream of random numbers, for strategies that deal by lot.</param>
sealed class SearchTree(RandomStream random = default)
{
    readonly List<SearchNode> _nodes = [];

    /// <summary>The root's stream. It belongs to the tree, so that the same tree always gives the same wave.</summary>
    public RandomStream Random => random;

    /// <summary>All steps in order of their numbers; node n stands at n - 1.</summary>
    public IReadOnlyList<SearchNode> Nodes => _nodes;

    /// <summary>Number that the next planned step gets.</summary>
    public int NextNo => _nodes.Count + 1;

    public SearchNode this[int no] => _nodes[no - 1];

    /// <summary>Adds the node whose number is <see cref="NextNo"/>.</summary>
    public void Add(SearchNode node)
    {
        if (node.No != NextNo) throw new ArgumentException($"node {node.No} was added where node {NextNo} was due", nameof(node));
        if (node.ParentNo >= node.No) throw new ArgumentException($"node {node.No} can't be a child of {node.ParentNo}", nameof(node));
        _nodes.Add(node);
    }

    /// <summary>The steps from the first to node <paramref name="no"/>; empty for the root.</summary>
    public IReadOnlyList<SearchNode> Path(int no)
    {
        if (no == 0) return [];
        var path = new SearchNode[this[no].Depth];
        for (var (at, i) = (no, path.Length - 1); at != 0; at = this[at].ParentNo, i--) path[i] = this[at];
        return path;
    }
}
