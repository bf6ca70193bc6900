namespace RebaseBatch.Core.Searching;

/// <summary>
/// Independent solutions, the paper's baseline for majority voting, best-of-n and weighted voting (arXiv 2408.00724, section 2):
/// <paramref name="width"/> chains that all take one step a wave until each has ended. Peers sample whole solutions and score them
/// afterwards; here each step is scored as it comes, which gives the same scores, keeps a killed search's steps and lets every vote
/// be computed from one run.
/// </summary>
/// <param name="width">N of the paper.</param>
/// <param name="scored">Whether the job names a reward model; without one only the majority can vote.</param>
sealed class SamplingSearch(int width, bool scored) : ISearchStrategy
{
    public bool NeedsReward => scored;

    /// <summary>The chains are independent: a chain goes on whether or not its steps have scores.</summary>
    public bool WeighsSteps => false;

    public int Breadth => width;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return Level.Children(tree, 0, width);
        var open = Level.Open(tree);
        return Level.Children(tree, open, Array.ConvertAll(open, _ => 1));
    }

    public int MostFurtherCandidates(SearchTree tree) => Level.Places(tree, width);
}
