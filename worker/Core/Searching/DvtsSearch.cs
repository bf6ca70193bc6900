namespace RebaseBatch.Core.Searching;

/// <summary>
/// Diverse verifier tree search (Beeching, Tunstall and Rush, "Scaling test-time compute with open models", 2024; search-and-learn,
/// diverse_verifier_tree_search.py): N / M separate subtrees. Each samples M first steps, keeps its single best open node at each
/// depth, by the reward of its last step, and continues only that node. So one early favourite can't take over the whole search.
/// <para>
/// As in <see cref="BeamSearch"/> a node that ended leaves the budget: the kept node gets as many children as its subtree has places
/// left, and each subtree ends with M solutions. search-and-learn stops a subtree when its best child ends and returns that child's M
/// siblings, ended or not; solutions that ended earlier beside a better open step are lost. Here all M can vote.
/// </para>
/// Each subtree is a beam search with N = M.
/// </summary>
/// <param name="width">N: how many solutions end; a multiple of M.</param>
/// <param name="beamWidth">M: places of a subtree.</param>
sealed class DvtsSearch(int width, int beamWidth) : ISearchStrategy
{
    public bool NeedsReward => true;

    public int Breadth => width;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return Level.Children(tree, 0, width);

        var open = Level.Open(tree);
        var subtrees = Array.ConvertAll(open, Subtree);
        var places = subtrees.CountBy(subtree => subtree).ToDictionary();
        var widths = new int[open.Length];
        foreach (var node in Level.BestFirst(open))
        {
            // The best node of a subtree comes first and takes all places of the subtree.
            if (places.Remove(subtrees[node], out var all)) widths[node] = all;
        }
        return Level.Children(tree, open, widths);
    }

    public int MostFurtherCandidates(SearchTree tree) => Level.Places(tree, width);

    /// <summary>
    /// Identifies a node's subtree within its level: by the group of M first steps at depth 1, and later by the one parent that the subtree
    /// kept.
    /// </summary>
    int Subtree(SearchNode node) => node.ParentNo == 0 ? node.ChildIndex / beamWidth : node.ParentNo;
}
