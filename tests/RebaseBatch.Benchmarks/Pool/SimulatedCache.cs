namespace RebaseBatch.Benchmarks.Pool;

/// <summary>The prefix cache of a simulated replica: blocks of 16 tokens, as vLLM has them, none of which is ever evicted.</summary>
sealed class SimulatedCache
{
    const int Block = 16;

    readonly HashSet<ulong> _blocks = [];

    /// <summary>How many tokens at the prompt's beginning are cached. The last token is always encoded.</summary>
    public int Cached(string model, ReadOnlySpan<int> prompt)
    {
        var cached = 0;
        foreach (var key in Keys(model, prompt[..^1]))
        {
            if (!_blocks.Contains(key)) break;
            cached += Block;
        }

        return cached;
    }

    public void Add(string model, ReadOnlySpan<int> tokens) => _blocks.UnionWith(Keys(model, tokens));

    static List<ulong> Keys(string model, ReadOnlySpan<int> tokens)
    {
        var (keys, key) = (new List<ulong>(), (ulong)(uint)model.GetHashCode(StringComparison.Ordinal));
        for (var i = 0; i < tokens.Length; i++)
        {
            key = unchecked((key ^ (uint)tokens[i]) * 0x9E3779B97F4A7C15);
            key ^= key >> 29;
            if (i % Block == Block - 1) keys.Add(key);
        }

        return keys;
    }
}
