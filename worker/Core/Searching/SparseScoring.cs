namespace RebaseBatch.Core.Searching;

/// <summary>
/// Variable granularity (VG-Search, arXiv 2505.11730): a step of the search is <paramref name="every"/> steps of the policy, of which only
/// the last is scored and decides how the search goes on. The steps between are nodes without a score that get one child each. A step that
/// ends its path is always scored, so that every solution has a score.
/// <para>
/// The reward model still reads every step, but <paramref name="every"/> steps in one call, and it reads no step of a path that it never
/// has to score. It saves calls, and it decides later: a bad step is found <paramref name="every"/> steps late at most.
/// </para>
/// </summary>
/// <param name="search">A search whose waves are levels.</param>
/// <param name="every">g, 2 or more; with 1 it would be the search itself.</param>
sealed class SparseScoring(ISearchStrategy search, int every) : ISearchStrategy
{
    public bool NeedsReward => true;

    public int Breadth => search.Breadth;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        var (depth, open) = tree.Nodes.Count == 0 ? (0, []) : (tree.Nodes[^1].Depth, Level.Open(tree));
        var wave = depth % every == 0 ? search.NextWave(tree) : Level.Children(tree, open, Array.ConvertAll(open, _ => 1));
        var role = (depth + 1) % every == 0 ? StepRole.Scored : StepRole.Unscored;
        return [.. wave.Select(step => step with { Role = role })];
    }

    /// <summary>Also the last scored step before each: there the reward model goes on reading.</summary>
    public IReadOnlySet<int> StillNeeded(SearchTree tree, IReadOnlyList<PlannedStep> wave)
    {
        var needed = wave.Select(step => step.ParentNo).ToHashSet();
        foreach (var parent in needed.ToList())
        {
            var at = parent;
            while (at != 0 && tree[at].Score is null) at = tree[at].ParentNo;
            needed.Add(at);
        }
        return needed;
    }

    public int MostFurtherCandidates(SearchTree tree) => search.MostFurtherCandidates(tree);
}
