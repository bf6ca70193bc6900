namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Counts the KV cells in use without asking the runtime. Sequences that share a prefix share its cells, so the cells form a tree of
/// segments. A segment is counted once, until the last sequence that runs through it is gone.
/// </summary>
sealed class KvCellAccounting(int capacity, int sequences)
{
    readonly Segment?[] _ends = new Segment?[sequences];
    long _mark;

    public int Capacity => capacity;
    public int Used { get; private set; }
    public int Free => capacity - Used;

    /// <summary>Cells that the given sequences hold together: what stays in use when all others go.</summary>
    public int HeldBy(ReadOnlySpan<int> kept)
    {
        _mark++;
        var held = 0;
        foreach (var sequence in kept)
        {
            for (var at = _ends[sequence]; at is not null && at.Mark != _mark; at = at.Parent)
            {
                at.Mark = _mark;
                held += at.Length;
            }
        }

        return held;
    }

    public void Append(int sequence, int tokens)
    {
        Used += tokens;
        var end = _ends[sequence];
        if (end is { References: 1 }) end.Length += tokens;
        // The new segment takes over the sequence's reference to its parent, so the parent's count stays the same.
        else _ends[sequence] = new(end, end?.Stop ?? 0, tokens);
    }

    public void Fork(int from, int to, int length) => _ends[to] = Share(_ends[from], length);

    public void Truncate(int sequence, int length)
    {
        var end = _ends[sequence];
        _ends[sequence] = length == 0 ? null : Share(end, length);
        Release(end);
    }

    /// <summary>
    /// The segment that ends at <paramref name="length"/>, cut out of the path to <paramref name="end"/>, with one more reference.
    /// </summary>
    static Segment Share(Segment? end, int length)
    {
        var at = end!;
        while (at.Start >= length) at = at.Parent!;
        if (at.Stop > length)
        {
            var head = new Segment(at.Parent, at.Start, length - at.Start);
            (at.Parent, at.Length, at.Start) = (head, at.Stop - length, length);
            at = head;
        }

        at.References++;
        return at;
    }

    void Release(Segment? segment)
    {
        for (; segment is not null && --segment.References == 0; segment = segment.Parent) Used -= segment.Length;
    }

    sealed class Segment(Segment? parent, int start, int length)
    {
        public Segment? Parent = parent;
        public int Start = start;
        public int Length = length;

        /// <summary>Sequences that end here and segments that continue it.</summary>
        public int References = 1;

        /// <summary>Number of the last count that visited this segment.</summary>
        public long Mark;

        public int Stop => Start + Length;
    }
}
