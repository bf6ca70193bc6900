using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The sequences of one context: who decodes where, which prefixes are kept, what is given up when room is needed.
/// A prefix is found by comparing tokens, so any search may continue what any other has encoded.
/// </summary>
sealed class PrefixCache
{
    readonly IDecodeContext _context;
    readonly KvCellAccounting _cells;
    readonly SequenceSlot[] _slots;
    readonly Stack<SequenceSlot> _free;
    readonly int[] _kept;

    public PrefixCache(IDecodeContext context)
    {
        _context = context;
        _cells = new(context.Cells, context.MaxSequences);
        _slots = [.. Enumerable.Range(0, context.MaxSequences).Select(id => new SequenceSlot(id))];
        _free = new(_slots.AsEnumerable().Reverse());
        _kept = new int[_slots.Length];
    }

    public int Cells => _cells.Capacity;
    public int FreeCells => _cells.Free;
    public long Evictions { get; private set; }

    /// <summary>The longest prefix of <paramref name="tokens"/>, short of its last token, that some sequence holds.</summary>
    /// <remarks>The last token is always decoded anew: its logits are what the branch is there for.</remarks>
    public PrefixMatch Find(ReadOnlySpan<int> tokens)
    {
        var (best, shared, coming) = ((SequenceSlot?)null, 0, 0);
        foreach (var slot in _slots)
        {
            if (slot.Use == SlotUse.Free) continue;
            var common = Math.Min(slot.Tokens.AsSpan(0, slot.Planned).CommonPrefixLength(tokens), tokens.Length - 1);
            if (common > coming) coming = common;
            var held = Math.Min(common, slot.Length);
            if (held > shared) (best, shared) = (slot, held);
        }

        return new(best, shared, coming);
    }

    /// <summary>A slot for a new branch that shares the match's prefix, or null when no sequence can be had.</summary>
    public SequenceSlot? Open(SequenceSlot? source, int shared, long now)
    {
        if (_free.Count == 0)
        {
            // Giving up the very prefix that is to be shared would be a loss: then the branch takes the slot over.
            if (Oldest(except: source) is { } victim) Evict(victim);
            else if (source is { Use: SlotUse.Idle }) return TakeOver(source, shared, now);
            else return null;
        }

        var slot = _free.Pop();
        (slot.Use, slot.Length, slot.Planned, slot.LastUsed) = (SlotUse.Busy, shared, shared, now);
        if (shared > 0)
        {
            _context.Fork(source!.Id, slot.Id, shared);
            _cells.Fork(source.Id, slot.Id, shared);
            source.LastUsed = now;
        }

        return slot;
    }

    /// <summary>Gives idle prefixes up, the longest unused first, until <paramref name="cells"/> are free; none when that can't be reached.</summary>
    public bool MakeRoom(int cells, SequenceSlot? except = null)
    {
        if (_cells.Free >= cells) return true;
        if (_cells.Capacity - HeldWithout(except) < cells) return false;
        while (_cells.Free < cells && Oldest(except) is { } victim) Evict(victim);
        return _cells.Free >= cells;
    }

    public void Appended(SequenceSlot slot, int tokens)
    {
        slot.Length += tokens;
        _cells.Append(slot.Id, tokens);
    }

    /// <summary>Keeps the slot's first <paramref name="length"/> tokens for those who continue them.</summary>
    public void Keep(SequenceSlot slot, int length, long search, int node, long now)
    {
        Cut(slot, Math.Min(length, slot.Length));
        (slot.Use, slot.Planned, slot.Search, slot.Node, slot.LastUsed) = (SlotUse.Idle, slot.Length, search, node, now);
        if (slot.Length == 0) Close(slot);
    }

    public void Close(SequenceSlot slot)
    {
        Cut(slot, 0);
        (slot.Use, slot.Tokens, slot.Planned) = (SlotUse.Free, [], 0);
        _free.Push(slot);
    }

    /// <summary>Lets go of the idle prefixes of a search, but for those of <paramref name="nodes"/>.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        foreach (var slot in _slots)
            if (slot.Use == SlotUse.Idle && slot.Search == search && !nodes.Contains(slot.Node)) Close(slot);
    }

    /// <summary>Cells that stay when every idle prefix but <paramref name="except"/> is given up.</summary>
    int HeldWithout(SequenceSlot? except)
    {
        var kept = 0;
        foreach (var slot in _slots)
            if (slot.Use == SlotUse.Busy || (slot == except && slot.Use == SlotUse.Idle)) _kept[kept++] = slot.Id;
        return _cells.HeldBy(_kept.AsSpan(0, kept));
    }

    SequenceSlot TakeOver(SequenceSlot slot, int shared, long now)
    {
        Cut(slot, shared);
        (slot.Use, slot.Planned, slot.LastUsed) = (SlotUse.Busy, shared, now);
        return slot;
    }

    void Evict(SequenceSlot slot)
    {
        Evictions++;
        Close(slot);
    }

    void Cut(SequenceSlot slot, int length)
    {
        if (length == slot.Length) return;
        _context.Truncate(slot.Id, length);
        _cells.Truncate(slot.Id, length);
        slot.Length = length;
    }

    SequenceSlot? Oldest(SequenceSlot? except)
    {
        SequenceSlot? oldest = null;
        foreach (var slot in _slots)
            if (slot.Use == SlotUse.Idle && slot != except && (oldest is null || slot.LastUsed < oldest.LastUsed)) oldest = slot;
        return oldest;
    }
}
