namespace RebaseBatch.Core.Searching;

/// <summary>
/// Step-level beam search against a process reward model (Snell et al., arXiv 2408.03314, section 5.2): N first steps; at each depth
/// the best N / M nodes are kept, by the reward of their last step, and each gets M children. Each wave is one level of the tree.
/// <para>
/// A node that ended, finished or exhausted, leaves the budget as in REBASE (B_i = B_{i-1} - C_i). Of the W places left, one for each
/// open node, ⌈W / M⌉ nodes are kept and the last of them gets the rest: so exactly N solutions end, for any N and M. The paper does not
/// say what happens to finished beams. Hugging Face's search-and-learn (beam_search.py) fills the beam up to N again with
/// copies at each level and keeps only the first N finished ones at the end; that would sample solutions only to drop them.
/// </para>
/// With M = 1 it is sampling, with M = N it follows one best step at a time.
/// </summary>
/// <param name="width">N: how many solutions end.</param>
/// <param name="beamWidth">M: children of a kept node, 1 to N.</param>
sealed class BeamSearch(int width, int beamWidth) : ISearchStrategy
{
    public bool NeedsReward => true;

    public int Breadth => width;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree) =>
        tree.Nodes.Count == 0 ? Level.Children(tree, 0, width) : Continue(tree, Level.Open(tree));

    /// <summary>How many of a level's open nodes are kept.</summary>
    public int Kept(int open) => (open + beamWidth - 1) / beamWidth;

    /// <summary>The children of the best nodes of a level.</summary>
    /// <param name="open">The level's open nodes, with the scores by which they are kept.</param>
    public List<PlannedStep> Continue(SearchTree tree, SearchNode[] open)
    {
        var widths = new int[open.Length];
        var left = open.Length; // each wave fills all places, so a place is left for each step that did not end
        foreach (var node in Level.BestFirst(open))
        {
            widths[node] = Math.Min(beamWidth, left);
            left -= widths[node];
        }
        return Level.Children(tree, open, widths);
    }

    public int MostFurtherCandidates(SearchTree tree) => Level.Places(tree, width);
}
