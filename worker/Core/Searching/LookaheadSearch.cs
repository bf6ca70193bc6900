namespace RebaseBatch.Core.Searching;

/// <summary>
/// Lookahead search (Snell et al., arXiv 2408.03314, section 5.2): <see cref="BeamSearch"/> in which a candidate is judged by the reward
/// at the end of a rollout of <paramref name="steps"/> further steps at temperature 0, or fewer if the solution ends. Candidates are
/// sampled as in beam search. A rollout has one step in each wave; all candidates of a level are rolled out together.
/// <para>
/// The steps of rollouts are nodes of the tree, so that a resumed search takes them over and usage counts them. Their states
/// (<see cref="NodeState.Rollout"/>, <see cref="NodeState.RolloutEnd"/>) keep them apart: they belong to no solution, are never continued
/// by the search and never vote, as in search-and-learn (beam_search.py), which drops the rollouts' texts. So N solutions end as in beam
/// search. A candidate has no score of its own unless its solution ends with it. A level of which all nodes are kept anyway is not rolled
/// out. A candidate's rollout is its first child; the search's own children come after it.
/// </para>
/// </summary>
/// <param name="width">N: how many solutions end.</param>
/// <param name="beamWidth">M: children of a kept node, 1 to N.</param>
/// <param name="steps">The steps of a rollout, 1 or more.</param>
sealed class LookaheadSearch(int width, int beamWidth, int steps) : ISearchStrategy
{
    readonly BeamSearch _beam = new(width, beamWidth);

    public bool NeedsReward => true;

    public int Breadth => width;

    public IReadOnlyList<PlannedStep> NextWave(SearchTree tree)
    {
        if (tree.Nodes.Count == 0) return Candidates(_beam.NextWave(tree), []);

        var (open, rollouts) = (Level.Open(tree), RolloutsOf(tree));
        if (_beam.Kept(open.Length) < open.Length && Further(tree, open, rollouts) is { Count: > 0 } wave) return wave;

        var judged = Array.ConvertAll(open, node => LastOf(node.No, rollouts) is { } last ? node with { Score = last.Score } : node);
        return Candidates(_beam.Continue(tree, judged), rollouts);
    }

    /// <summary>
    /// Also the candidates while they are rolled out, with the rollouts that have ended, because the search comes back to them. And the end
    /// of the last rollout above each step: the reward model has read that text there, and nowhere else.
    /// </summary>
    public IReadOnlySet<int> StillNeeded(SearchTree tree, IReadOnlyList<PlannedStep> wave)
    {
        var needed = wave.Select(step => step.ParentNo).ToHashSet();
        if (tree.Nodes.Count == 0) return needed;
        var (open, rollouts) = (Level.Open(tree), RolloutsOf(tree));
        var isOfRollouts = wave[0].Role.IsOfRollout();
        if (isOfRollouts) needed.UnionWith(open.SelectMany(node => (int[])[node.No, LastOf(node.No, rollouts)?.No ?? 0]));
        foreach (var above in isOfRollouts ? open.Select(node => node.ParentNo) : needed.ToList())
        {
            var at = above;
            while (at != 0 && !rollouts.ContainsKey(at)) at = tree[at].ParentNo;
            needed.Add(LastOf(at, rollouts)?.No ?? 0);
        }
        return needed;
    }

    public int MostFurtherCandidates(SearchTree tree) => Level.Places(tree, width);

    /// <summary>The next step of each rollout that has not ended.</summary>
    List<PlannedStep> Further(SearchTree tree, SearchNode[] open, Dictionary<int, SearchNode> rollouts)
    {
        var wave = new List<PlannedStep>();
        foreach (var candidate in open)
        {
            var last = LastOf(candidate.No, rollouts);
            if (last is { State: NodeState.RolloutEnd }) continue;
            var from = last ?? candidate;
            var role = from.Depth + 1 - candidate.Depth == steps ? StepRole.LastOfRollout : StepRole.Rollout;
            wave.Add(new(tree.NextNo + wave.Count, from.No, 0, role));
        }
        return wave;
    }

    static List<PlannedStep> Candidates(IReadOnlyList<PlannedStep> wave, Dictionary<int, SearchNode> rollouts) =>
    [
        .. wave.Select(step => step with
        {
            ChildIndex = step.ChildIndex + (rollouts.ContainsKey(step.ParentNo) ? 1 : 0), Role = StepRole.Unscored,
        }),
    ];

    /// <summary>The steps of rollouts by the node that each continues. A node has at most one.</summary>
    static Dictionary<int, SearchNode> RolloutsOf(SearchTree tree) =>
        tree.Nodes.Where(node => node.IsRollout).ToDictionary(node => node.ParentNo);

    /// <summary>The last step of a node's rollout so far; null if it has none.</summary>
    static SearchNode? LastOf(int no, Dictionary<int, SearchNode> rollouts)
    {
        SearchNode? last = null;
        while (rollouts.TryGetValue(no, out var next)) (last, no) = (next, next.No);
        return last;
    }
}
