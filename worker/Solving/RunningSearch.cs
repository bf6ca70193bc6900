using System.Collections.Concurrent;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Rewards;

namespace RebaseBatch.Solving;

/// <summary>One search while it runs: its tree, and the stored nodes that it has not taken over yet.</summary>
/// <param name="number">Identifies the search for the models, within this process.</param>
/// <param name="prompt">The question's tokens.</param>
/// <param name="storedNodes">The nodes that earlier attempts stored.</param>
sealed class RunningSearch(long number, string question, RandomStream random, int[] prompt, IReadOnlyCollection<SearchNode> storedNodes)
{
    readonly Dictionary<int, SearchNode> _stored = storedNodes.ToDictionary(node => node.No);
    readonly HashSet<int> _begun = [.. storedNodes.Select(node => node.ParentNo)];
    // The reward model has read the text up to these nodes: of each that it scored, and of all before it. The value is that text's tokens
    // in the reward model's form; null when nobody has counted them.
    readonly ConcurrentDictionary<int, int?> _readByReward = ReadBefore(storedNodes);
    int _questionEncoded = storedNodes.Count > 0 ? 1 : 0;

    public long Number => number;

    public string Question => question;

    public RandomStream Random => random;

    public int[] Prompt => prompt;

    public SearchTree Tree { get; } = new(random);

    public bool IsStored(PlannedStep step) => _stored.ContainsKey(step.No);

    /// <summary>The stored nodes are a tree: each has its parent, one level above it.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public void CheckStored()
    {
        foreach (var node in storedNodes)
        {
            var depth = node.ParentNo == 0 ? 0 : _stored.TryGetValue(node.ParentNo, out var parent) && parent.No < node.No ? parent.Depth
                : throw new InvalidDataException($"stored node {node.No} is without its parent {node.ParentNo}");
            if (node.Depth != depth + 1 || !Enum.IsDefined(node.State))
                throw new InvalidDataException(
                    $"stored node {node.No} has depth {node.Depth} and state {node.State} under a parent of depth {depth}");
        }
    }

    /// <summary>All stored nodes were taken over.</summary>
    /// <exception cref="InvalidDataException">Some were not: they do not belong to this search.</exception>
    public void CheckAllTaken()
    {
        if (_stored.Count > 0)
            throw new InvalidDataException(
                $"{_stored.Count} stored nodes do not belong to this search: the job's checkpoints are of another version");
    }

    /// <summary>Takes out the stored node of a planned step; null when the step must be sampled.</summary>
    /// <exception cref="InvalidDataException">The node does not fit the step.</exception>
    public SearchNode? TakeStored(PlannedStep step)
    {
        if (!_stored.Remove(step.No, out var node)) return null;
        return node.ParentNo == step.ParentNo && node.ChildIndex == step.ChildIndex ? node : throw new InvalidDataException(
            $"stored node {node.No} is child {node.ChildIndex} of {node.ParentNo}, where the search plans child {step.ChildIndex} of " +
            $"{step.ParentNo}: the job's checkpoints are of another version");
    }

    /// <summary>How many tokens of prompt and path the policy has encoded before, for this search.</summary>
    public int EncodedByPolicy(IReadOnlyList<SearchNode> path)
    {
        var tokens = prompt.Length + path.Sum(node => node.Tokens.Length);
        // An earlier holder of the lease sampled a child of the path's last node.
        if (_begun.Contains(path.Count == 0 ? 0 : path[^1].No)) return tokens;
        // The last token was sampled with the parent, but is encoded only now.
        return path.Count == 0 ? 0 : tokens - 1;
    }

    /// <summary>The reward model reads this many tokens that end at a node.</summary>
    /// <param name="path">The nodes before it. What of them it had not read, it reads now.</param>
    public void ReadByReward(int node, IReadOnlyList<SearchNode> path, int tokens)
    {
        _readByReward[node] = tokens;
        for (var i = path.Count - 1; i >= 0 && _readByReward.TryAdd(path[i].No, null); i--) { }
    }

    /// <summary>How many tokens of the input of this path's children the reward model has encoded before, for this search.</summary>
    /// <param name="rules">What of the path the reward model reads.</param>
    public async ValueTask<int> EncodedByRewardAsync(
        IStepScorer scorer, IReadOnlyList<SearchNode> path, IStepRules rules, CancellationToken ct)
    {
        // Steps that the strategy does not score are read with the next scored one.
        var read = path.Count;
        while (read > 0 && !_readByReward.ContainsKey(path[read - 1].No)) read--;
        // Only the first of the first steps has a question that was not encoded before.
        if (read == 0 && Interlocked.Exchange(ref _questionEncoded, 1) == 0) return 0;
        // Siblings share the count: to write and tokenize a path costs as much as some draws. A stored node was read by another worker.
        var last = read == 0 ? 0 : path[read - 1].No;
        if (_readByReward.GetValueOrDefault(last) is { } known) return known;
        var solution = rules.ForReward([.. path.Take(read).Select(node => node.Text)]);
        var tokens = await scorer.Model.ReadAsync(() => scorer.Encode(question, solution).Length, ct);
        _readByReward[last] = tokens;
        return tokens;
    }

    static ConcurrentDictionary<int, int?> ReadBefore(IReadOnlyCollection<SearchNode> stored)
    {
        var read = new ConcurrentDictionary<int, int?>();
        var nodes = stored.ToDictionary(node => node.No);
        foreach (var scored in stored.Where(node => node.Score is not null))
        {
            // A parent may be missing: whether the nodes are a tree is checked later.
            for (var node = scored; node is not null && read.TryAdd(node.No, null); node = nodes.GetValueOrDefault(node.ParentNo)) { }
        }
        return read;
    }
}
