using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// The texts of each search's wave whose scores are known or on their way. Siblings often take the same step: of 16 samples of the bundled
/// policy, every ninth token was read for a text that had been read already, of 64 samples every fourth. Thread-safe.
/// </summary>
sealed class ScoredTexts
{
    readonly ConcurrentDictionary<long, Wave> _searches = [];

    /// <summary>The score of a text of this search's wave. It is computed only once, and the others cost nothing.</summary>
    /// <param name="node">The node at which the text ends.</param>
    /// <param name="score">Starts to compute it.</param>
    public Task<StepScore> GetOrScore(long search, int node, int[] tokens, Func<Task<StepScore>> score)
    {
        var wave = _searches.GetOrAdd(search, _ => new());
        lock (wave)
        {
            if (wave.Texts.TryGetValue(tokens, out var first))
            {
                wave.Twins[node] = first.Node;
                return AgainAsync(first.Score);
            }

            var scoring = score();
            wave.Texts[tokens] = (node, scoring);
            return scoring;
        }
    }

    /// <summary>The node whose prefix a model keeps for this one: the first one with its text.</summary>
    public int Twin(long search, int node)
    {
        if (!_searches.TryGetValue(search, out var wave)) return node;
        lock (wave) return wave.Twins.GetValueOrDefault(node, node);
    }

    /// <summary>Forgets the texts of a search's wave, and what its nodes share except for these; with no node the search is over.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        if (nodes.Count == 0)
        {
            _searches.TryRemove(search, out _);
            return;
        }

        if (!_searches.TryGetValue(search, out var wave)) return;
        lock (wave)
        {
            wave.Texts.Clear();
            foreach (var node in wave.Twins.Keys)
                if (!nodes.Contains(node)) wave.Twins.Remove(node);
        }
    }

    static async Task<StepScore> AgainAsync(Task<StepScore> first) => (await first) with { Cost = default };

    sealed class Wave
    {
        public Dictionary<int[], (int Node, Task<StepScore> Score)> Texts { get; } = new(EqualTokens.Instance);

        /// <summary>The first node with the text of each later one.</summary>
        public Dictionary<int, int> Twins { get; } = [];
    }

    sealed class EqualTokens : IEqualityComparer<int[]>
    {
        public static readonly EqualTokens Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] tokens)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(tokens.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
