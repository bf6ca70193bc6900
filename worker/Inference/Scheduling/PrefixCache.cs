namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The sequence slots of one context: which are busy, which prefixes are kept, and which of them are evicted when room is needed. A prefix
/// is found by comparing tokens, so any search may continue what any other has encoded. It counts the KV cells itself and records each
/// change of the KV memory in <see cref="Operations"/> in the same step, so that the count and the memory stay equal.
/// </summary>
sealed class PrefixCache
{
    readonly KvCellAccounting _cells;
    readonly SequenceSlot[] _slots;
    readonly Stack<SequenceSlot> _free;
    readonly int[] _kept;

    /// <param name="cells">KV cells of the context.</param>
    /// <param name="sequences">Its sequence ids.</param>
    public PrefixCache(int cells, int sequences)
    {
        _cells = new(cells, sequences);
        _slots = [.. Enumerable.Range(0, sequences).Select(id => new SequenceSlot(id))];
        _free = new(_slots.AsEnumerable().Reverse());
        _kept = new int[_slots.Length];
    }

    /// <summary>The operations that the context has not run yet.</summary>
    public KvOperations Operations { get; } = new();

    public int Cells => _cells.Capacity;
    public int FreeCells => _cells.Free;
    public long Evictions { get; private set; }

    /// <summary>Whether a sequence can be opened: an id is free, or an idle prefix can be given up or taken over.</summary>
    public bool HasSequence => _free.Count > 0 || Oldest(except: null) is not null;

    /// <summary>The longest prefix of <paramref name="tokens"/> that some sequence holds, without the last token.</summary>
    /// <remarks>The last token is always decoded again: the sequence needs its logits.</remarks>
    public PrefixMatch Find(ReadOnlySpan<int> tokens)
    {
        var (best, shared, coming) = ((SequenceSlot?)null, 0, 0);
        foreach (var slot in _slots)
        {
            if (slot.State == SlotState.Free) continue;
            var common = Math.Min(slot.Planned.CommonPrefixLength(tokens), tokens.Length - 1);
            if (common > coming) coming = common;
            var held = Math.Min(common, slot.Length);
            if (held > shared) (best, shared) = (slot, held);
        }

        return new(best, shared, coming);
    }

    /// <summary>A busy slot for a sequence that shares the first tokens of another slot. Requires <see cref="HasSequence"/>.</summary>
    /// <param name="source">The slot that shares its first tokens; null when <paramref name="shared"/> is 0.</param>
    /// <param name="shared">How many tokens it shares.</param>
    /// <param name="tokens">The sequence's buffer.</param>
    /// <param name="planned">Tokens of it that are known.</param>
    public SequenceSlot Open(SequenceSlot? source, int shared, int[] tokens, int planned, long now)
    {
        if (_free.Count == 0)
        {
            if (Oldest(except: source) is { } victim) Evict(victim);
            else
            {
                // Only the prefix to be shared is idle. To evict it would be a loss, so the sequence takes over its slot.
                var own = source ?? throw new InvalidOperationException("no sequence is free, and no idle prefix can be given up");
                Cut(own, shared);
                own.Open(tokens, planned, shared, now);
                return own;
            }
        }

        var slot = _free.Pop();
        if (shared > 0) Fork(source!, slot, shared, now);
        slot.Open(tokens, planned, shared, now);
        return slot;
    }

    /// <summary>
    /// Evicts idle prefixes, the longest unused first, until <paramref name="cells"/> are free. Evicts none when that many can't become
    /// free.
    /// </summary>
    public bool MakeRoom(int cells, SequenceSlot? except = null)
    {
        if (_cells.Free >= cells) return true;
        if (_cells.Capacity - HeldWithout(except) < cells) return false;
        while (_cells.Free < cells && Oldest(except) is { } victim) Evict(victim);
        return _cells.Free >= cells;
    }

    public void Appended(SequenceSlot slot, int tokens)
    {
        slot.Append(tokens);
        _cells.Append(slot.Id, tokens);
    }

    /// <summary>Keeps the slot's first <paramref name="length"/> tokens for later sequences that continue them.</summary>
    public void Keep(SequenceSlot slot, int length, long search, int node, long now)
    {
        Cut(slot, Math.Min(length, slot.Length));
        if (slot.Length == 0) Close(slot);
        else slot.Keep(search, node, now);
    }

    /// <summary>Gives the slot's cells back and frees it.</summary>
    public void Close(SequenceSlot slot)
    {
        Cut(slot, 0);
        slot.Release();
        _free.Push(slot);
    }

    /// <summary>Releases the idle prefixes of a search, except those of <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        foreach (var slot in _slots)
            if (slot.State == SlotState.Idle && slot.Search == search && !nodes.Contains(slot.Node)) Close(slot);
    }

    /// <summary>Cells that stay in use when every idle prefix except <paramref name="except"/> is given up.</summary>
    int HeldWithout(SequenceSlot? except)
    {
        var kept = 0;
        foreach (var slot in _slots)
            if (slot.State == SlotState.Busy || (slot == except && slot.State == SlotState.Idle)) _kept[kept++] = slot.Id;
        return _cells.HeldBy(_kept.AsSpan(0, kept));
    }

    void Evict(SequenceSlot slot)
    {
        Evictions++;
        Close(slot);
    }

    void Cut(SequenceSlot slot, int length)
    {
        if (length == slot.Length) return;
        Operations.Truncate(slot.Id, length);
        _cells.Truncate(slot.Id, length);
        slot.Cut(length);
    }

    void Fork(SequenceSlot source, SequenceSlot slot, int length, long now)
    {
        Operations.Fork(source.Id, slot.Id, length);
        _cells.Fork(source.Id, slot.Id, length);
        source.Touch(now);
    }

    SequenceSlot? Oldest(SequenceSlot? except)
    {
        SequenceSlot? oldest = null;
        foreach (var slot in _slots)
            if (slot.State == SlotState.Idle && slot != except && (oldest is null || slot.LastUsed < oldest.LastUsed)) oldest = slot;
        return oldest;
    }
}
