namespace RebaseBatch.Benchmarks.Limit;

/// <summary>Texts as tokens, with their common beginnings stored once: what a model has to read at least.</summary>
sealed class TokenTrie
{
    readonly Dictionary<(int Node, int Token), int> _children = [];

    /// <returns>How many of the first tokens were there already, and how many are new.</returns>
    public (int Known, int New) Add(ReadOnlySpan<int> tokens)
    {
        var (node, known) = (0, 0);
        foreach (var token in tokens)
        {
            if (_children.TryGetValue((node, token), out var next)) known++;
            else _children[(node, token)] = next = _children.Count + 1;
            node = next;
        }

        return (known, tokens.Length - known);
    }
}
