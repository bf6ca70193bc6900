namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// Which engine serves a request: the one that has the longest known beginning of its prompt, or the least busy one where that one has much
/// more to do. So a tree stays where its prefixes are, although the server knows nothing of trees.
/// </summary>
/// <param name="enough">Requests more than the least busy engine has, from which on a prefix is rather encoded again there.</param>
sealed class PrefixRouter(int engines, int enough)
{
    /// <summary>Beginnings that are remembered; a restart from nothing costs a prefill for each tree.</summary>
    const int Most = 400_000;

    const ulong Start = 14695981039346656037, Prime = 1099511628211;

    readonly Lock _gate = new();
    readonly Dictionary<ulong, int> _engineOf = [];
    readonly int[] _busy = new int[engines];

    /// <summary>The engine for a prompt. Give it back to <see cref="Leave"/>.</summary>
    public int Enter(ReadOnlySpan<int> prompt)
    {
        Span<ulong> hashes = stackalloc ulong[prompt.Length <= 1024 ? prompt.Length : 0];
        if (hashes.Length < prompt.Length) hashes = new ulong[prompt.Length];
        var hash = Start;
        for (var i = 0; i < prompt.Length; i++) hashes[i] = hash = Next(hash, prompt[i]);
        lock (_gate)
        {
            var idlest = Array.IndexOf(_busy, _busy.Min());
            var engine = idlest;
            // A beginning that all prompts share, such as begin-of-sequence, is no reason.
            for (var i = prompt.Length - 1; i >= 8; i--)
            {
                if (!_engineOf.TryGetValue(hashes[i], out var known)) continue;
                if (_busy[known] < _busy[idlest] + enough) engine = known;
                // The siblings that come next follow to the engine that encodes their prefix now.
                else _engineOf[hashes[i]] = engine;
                break;
            }

            if (_engineOf.Count > Most) _engineOf.Clear();
            // A sibling that comes at once finds it before anything was drawn.
            _engineOf[hash] = engine;
            _busy[engine]++;
            return engine;
        }
    }

    /// <param name="drawn">The tokens that the engine has drawn after the prompt.</param>
    public void Leave(int engine, ReadOnlySpan<int> prompt, ReadOnlySpan<int> drawn)
    {
        var hash = Start;
        foreach (var token in prompt) hash = Next(hash, token);
        lock (_gate)
        {
            _busy[engine]--;
            foreach (var token in drawn) _engineOf[hash = Next(hash, token)] = engine;
        }
    }

    static ulong Next(ulong hash, int token) => unchecked((hash ^ (uint)token) * Prime);
}
