using System.Buffers;

namespace RebaseBatch.Inference.Scheduling.Scoring;

/// <summary>
/// Prefixes with their keys and values, in the machine's memory. A prefix is found by comparing tokens, so any search may continue what any
/// other has encoded. Thread-safe.
/// </summary>
/// <param name="capacity">Bytes of keys and values at most. Beyond it, the prefix that was not used for the longest time goes.</param>
sealed class SavedPrefixes(long capacity)
{
    readonly Lock _gate = new();

    /// <summary>The latest used one is last.</summary>
    readonly LinkedList<SavedPrefix> _prefixes = new();

    long _bytes, _tokens, _evictions;

    public long Evictions => Volatile.Read(ref _evictions);

    /// <summary>Tokens of all prefixes.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    /// <summary>Tokens of a text that some prefix shares, without the text's last token.</summary>
    public int Shared(ReadOnlySpan<int> tokens)
    {
        lock (_gate) return Best(tokens, 0).Shared;
    }

    /// <summary>The prefix that shares most tokens with a text. The caller gives it back with <see cref="Return"/>.</summary>
    /// <param name="least">It must share more than this many.</param>
    /// <returns>Null when none shares more.</returns>
    public (SavedPrefix Prefix, int Shared)? Borrow(ReadOnlySpan<int> tokens, int least)
    {
        lock (_gate)
        {
            var (best, shared) = Best(tokens, least);
            if (best is null) return null;
            _prefixes.Remove(best);
            _prefixes.AddLast(best);
            best.Value.References++;
            return (best.Value, shared);
        }
    }

    public void Return(SavedPrefix prefix)
    {
        lock (_gate) Release(prefix);
    }

    /// <summary>Keeps a prefix, and takes its array over.</summary>
    public void Add(SavedPrefix prefix)
    {
        lock (_gate)
        {
            _prefixes.AddLast(prefix);
            _bytes += prefix.Rented.Length;
            _tokens += prefix.Length;
            while (_bytes > capacity && _prefixes.First is { } oldest)
            {
                _evictions++;
                Drop(oldest);
            }
        }
    }

    /// <summary>Drops the prefixes of a search, except those of <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        lock (_gate)
        {
            for (var at = _prefixes.First; at is not null;)
            {
                var next = at.Next;
                if (at.Value.Search == search && !nodes.Contains(at.Value.Node)) Drop(at);
                at = next;
            }
        }
    }

    (LinkedListNode<SavedPrefix>? Best, int Shared) Best(ReadOnlySpan<int> tokens, int least)
    {
        // The last token is always decoded again: its output is wanted.
        var most = tokens.Length - 1;
        var (best, shared) = ((LinkedListNode<SavedPrefix>?)null, least);
        for (var at = _prefixes.Last; at is not null && shared < most; at = at.Previous)
        {
            var common = Math.Min(at.Value.Known.CommonPrefixLength(tokens), most);
            if (common > shared) (best, shared) = (at, common);
        }

        return (best, shared);
    }

    void Drop(LinkedListNode<SavedPrefix> at)
    {
        _prefixes.Remove(at);
        _bytes -= at.Value.Rented.Length;
        _tokens -= at.Value.Length;
        Release(at.Value);
    }

    static void Release(SavedPrefix prefix)
    {
        if (--prefix.References == 0) ArrayPool<byte>.Shared.Return(prefix.Rented);
    }
}
