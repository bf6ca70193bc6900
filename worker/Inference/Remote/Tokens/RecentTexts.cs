namespace RebaseBatch.Inference.Remote.Tokens;

/// <summary>
/// Tokens of the texts that were read last. The older half is forgotten when the newer one is full. Thread-safe.
/// </summary>
/// <param name="capacity">Characters of each half.</param>
sealed class RecentTexts(long capacity)
{
    readonly Lock _gate = new();
    Dictionary<TextKey, int[]> _newer = [], _older = [];
    long _characters;

    public int[]? Find(TextKey key)
    {
        lock (_gate)
        {
            if (_newer.TryGetValue(key, out var tokens)) return tokens;
            if (!_older.TryGetValue(key, out tokens)) return null;
            Keep(key, tokens);
            return tokens;
        }
    }

    public void Add(TextKey key, int[] tokens)
    {
        lock (_gate) Keep(key, tokens);
    }

    void Keep(TextKey key, int[] tokens)
    {
        if (!_newer.TryAdd(key, tokens)) return;
        _characters += key.Text.Length;
        if (_characters < capacity) return;
        (_older, _newer, _characters) = (_newer, [], 0);
    }
}
