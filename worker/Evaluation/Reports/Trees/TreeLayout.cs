namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>
/// The places of nodes: their depth is their row, leaves are side by side in the order of the tree, and a parent is in the middle above its
/// children. So no two lines cross.
/// </summary>
/// <param name="Columns">Number of leaves, at least 1.</param>
/// <param name="Rows">The greatest depth.</param>
/// <param name="Places">Column of each node by its number, 0 being the question; from 0 to below <paramref name="Columns"/>.</param>
sealed record TreeLayout(int Columns, int Rows, IReadOnlyDictionary<int, double> Places)
{
    /// <param name="nodes">Parents before their children, in the order of their numbers.</param>
    public static TreeLayout Of(IReadOnlyList<TreeNode> nodes)
    {
        var children = nodes.ToLookup(node => node.ParentNo, node => node.No);
        var places = new Dictionary<int, double>();
        var leaves = 0;
        // A stack instead of recursion: a search may be a thousand steps deep.
        var open = new Stack<(int No, bool ChildrenPlaced)>([(0, false)]);
        while (open.TryPop(out var at))
        {
            if (!children.Contains(at.No)) places[at.No] = leaves++;
            else if (at.ChildrenPlaced) places[at.No] = (places[children[at.No].First()] + places[children[at.No].Last()]) / 2;
            else
            {
                open.Push((at.No, true));
                foreach (var child in children[at.No].Reverse()) open.Push((child, false));
            }
        }

        return new(leaves, nodes.Select(node => node.Depth).DefaultIfEmpty(0).Max(), places);
    }
}
