namespace RebaseBatch.Core.Searching;

/// <summary>
/// Independent solutions as in <see cref="SamplingSearch"/>, but only a few at a time: a new chain begins when one ends. So a rule that
/// stops the search early saves whole solutions, where N chains side by side would all be nearly finished. The chains are those of
/// <see cref="SamplingSearch"/>, with the same random numbers.
/// </summary>
/// <param name="width">N: how many solutions end, unless the search is stopped.</param>
/// <param name="scored">Whether the job names a reward model.</param>
/// <param name="chains">The most chains at a time.</param>
sealed class RollingSampling(int width, bool scored, int chains) : ISearchStrategy
{
    /// <summary>For a stop at a confidence: four unanimous answers are the fewest that reach 0.95 (they reach 0.969).</summary>
    public const int FewChains = 4;

    public bool NeedsReward => scored;

    /// <inheritdoc cref="SamplingSearch.WeighsSteps"/>
    public bool WeighsSteps => false;

    public int Breadth => Math.Min(width, chains);

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        var (open, begun) = Chains(tree);
        var wave = Level.Children(tree, open, Array.ConvertAll(open, _ => 1));
        for (; wave.Count < chains && begun < width; begun++) wave.Add(new(tree.NextNo + wave.Count, 0, begun));
        return wave;
    }

    /// <summary>Also the question, until the last chain has begun.</summary>
    public IReadOnlySet<int> StillNeeded(SearchTree tree, IReadOnlyList<PlannedStep> wave)
    {
        var needed = wave.Select(step => step.ParentNo).ToHashSet();
        if (Chains(tree).Begun < width) needed.Add(0);
        return needed;
    }

    public int MostFurtherCandidates(SearchTree tree)
    {
        var (open, begun) = Chains(tree);
        return open.Length + width - begun;
    }

    /// <summary>The last steps of the chains that are not at their end, and how many chains have begun.</summary>
    static (SearchNode[] Open, int Begun) Chains(SearchTree tree)
    {
        var continued = tree.Nodes.Select(node => node.ParentNo).ToHashSet();
        return ([.. tree.Nodes.Where(node => node.State is NodeState.Open && !continued.Contains(node.No))],
            tree.Nodes.Count(node => node.ParentNo == 0));
    }
}
