using RebaseBatch.Core.Searching;

namespace RebaseBatch.Tests.Core.Searching;

/// <summary>
/// Drives a strategy as the worker does, with a script in place of the models: score and end of every step are a pure function of the
/// step's place in the tree, as the real ones are of its random stream.
/// </summary>
/// <param name="finishing">Share of steps that finish their solution.</param>
/// <param name="unscored">Share of steps without a score, even where the strategy wants them.</param>
/// <param name="score">The one score of all steps; null for a score of each step's own.</param>
/// <param name="answers">How many different answers a finished solution may state; 0 for none.</param>
/// <param name="mostWaves">More waves are a search that doesn't end; null for one a level.</param>
/// <param name="dropsUnscored">Whether a step without a score is dropped, as the authors' preset has it.</param>
sealed class ScriptedSearch(
    ISearchStrategy strategy, SearchLimits limits, long seed, double finishing, double unscored = 0, double? score = null,
    int? mostWaves = null, int answers = 0,
    bool dropsUnscored = false)
{
    public List<IReadOnlyList<PlannedStep>> Waves { get; } = [];

    /// <summary>Numbers of the nodes that had to be sampled, in order.</summary>
    public List<int> Sampled { get; } = [];

    /// <summary>A tree of this search with these nodes.</summary>
    public SearchTree Tree(IEnumerable<SearchNode> nodes)
    {
        var tree = new SearchTree(RandomStream.ForSearch(seed, 0));
        foreach (var node in nodes) tree.Add(node);
        return tree;
    }

    /// <param name="stops">Asked before each wave of which nothing is stored, as the worker asks: whether the search ends early.</param>
    public SearchTree Run(IReadOnlyDictionary<int, SearchNode>? stored = null, Func<SearchTree, bool>? stops = null)
    {
        var tree = Tree([]);
        while (strategy.NextWave(tree) is { Count: > 0 } wave)
        {
            if (stops is not null && !wave.Any(step => stored?.ContainsKey(step.No) ?? false) && stops(tree)) break;
            Waves.Add(wave);
            if (Waves.Count > (mostWaves ?? limits.MaxDepth))
                throw new InvalidOperationException($"wave {Waves.Count} of a search with {limits.MaxDepth} levels");
            // A wave is planned on the tree before it; adding as we go must not matter to later steps of the same wave.
            foreach (var step in wave)
                tree.Add(stored?.GetValueOrDefault(step.No) ?? Sample(tree, step));
        }
        return tree;
    }

    /// <summary>
    /// What may be stored when the search that made these nodes is interrupted: all earlier waves, and any subset of one wave, because its
    /// steps finish in any order.
    /// </summary>
    /// <param name="progress">How far it was, in thousandths of its waves; 0 to 1000.</param>
    public Dictionary<int, SearchNode> StoredOf(IEnumerable<SearchNode> nodes, int progress, long lossSeed)
    {
        var wave = Waves[progress * Waves.Count / 1001];
        var loss = RandomStream.ForSearch(lossSeed, 0);
        return nodes.Where(node => node.No < wave[0].No || (node.No <= wave[^1].No && loss.NextDouble(node.No) < 0.5))
            .ToDictionary(node => node.No);
    }

    SearchNode Sample(SearchTree tree, PlannedStep step)
    {
        Sampled.Add(step.No);
        var stream = RandomStream.ForSearch(seed, 0).Step(tree, step);
        var path = tree.Path(step.ParentNo);
        var soFar = path.Sum(node => node.Tokens.Length);
        var tokens = Math.Min(limits.StepTokens(soFar), 1 + (int)(stream.NextDouble(0) * limits.MaxStepTokens));
        var ownState = limits.Classify(stream.NextDouble(1) < finishing, false, path.Count + 1, soFar + tokens);
        var isMeant = strategy.NeedsReward && step.Role.IsScored(ends: ownState is not NodeState.Open);
        double? reward = !isMeant || stream.NextDouble(2) < unscored ? null : score ?? stream.NextDouble(3);
        var state = dropsUnscored && reward is null ? NodeState.Dropped : step.Role.StateOf(ownState);
        return new()
        {
            No = step.No,
            ParentNo = step.ParentNo,
            Depth = path.Count + 1,
            ChildIndex = step.ChildIndex,
            State = state,
            Tokens = new int[tokens],
            // The square makes some answers far more frequent than others, as a real policy does.
            Text = state is NodeState.Finished && answers > 0
                ? $"The answer is: {(int)(Math.Pow(stream.NextDouble(4), 2) * answers)}" : $"{step.ChildIndex};",
            Score = reward,
            Cost = new(tokens, default, default),
            // A few directions, so that some steps are alike.
            Embedding = state is NodeState.Open ? UnitVector.Of([1, (float)(0.1 * (int)(3 * stream.NextDouble(5)))]) : null,
        };
    }
}
