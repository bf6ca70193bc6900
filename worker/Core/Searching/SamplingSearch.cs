namespace RebaseBatch.Core.Searching;

/// <summary>
/// Independent solutions, the paper's baseline for majority voting, best-of-n and weighted voting (arXiv 2408.00724, section 2):
/// <paramref name="width"/> chains that all take one step in each wave until each has ended. Other implementations sample whole solutions
/// and score them afterwards. Here each step is scored as soon as it is sampled: the scores are the same, a killed search keeps its steps,
/// and every vote can be computed from one run.
/// </summary>
/// <param name="width">N of the paper.</param>
/// <param name="scored">Whether the job names a reward model; without one only the majority vote is possible.</param>
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
