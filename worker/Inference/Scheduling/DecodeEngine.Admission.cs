namespace RebaseBatch.Inference.Scheduling;

/// <summary>Who is let in, who has to yield.</summary>
sealed partial class DecodeEngine
{
    /// <summary>A running branch about to encode this much of what a waiting one needs is worth waiting for.</summary>
    const int WorthWaitingTokens = 8;

    /// <summary>In order of age: see <see cref="DecodeRequest.Search"/>.</summary>
    readonly LinkedList<DecodeRequest> _waiting = new();

    /// <summary>Branches that had to yield, the oldest search's last; they come before all who wait.</summary>
    readonly List<DecodeSequence> _preempted = [];

    enum Entry { Admitted, Later, NoRoom }

    void Enqueue(DecodeRequest growth)
    {
        var after = _waiting.Last;
        while (after is not null && after.Value.Search > growth.Search) after = after.Previous;
        if (after is null) _waiting.AddFirst(growth);
        else _waiting.AddAfter(after, growth);
    }

    void Admit()
    {
        while (_preempted.Count > 0)
        {
            if (!HasPlace || TryEnter(_preempted[^1].Known, out var slot) != Entry.Admitted) return;
            Start(_preempted[^1], slot!);
            _preempted.RemoveAt(_preempted.Count - 1);
        }

        for (var at = _waiting.First; at is not null && HasPlace;)
        {
            var (growth, next) = (at.Value, at.Next);
            var entry = Entry.Admitted;
            while (growth.HasNext && HasPlace && entry == Entry.Admitted) entry = TryBegin(growth);
            if (!growth.HasNext) _waiting.Remove(at);
            // Nobody overtakes one who waits for room, or a large request would starve.
            if (entry == Entry.NoRoom) return;
            at = next;
        }
    }

    bool HasPlace => _running.Count < _options.MaxBranches;

    Entry TryBegin(DecodeRequest growth)
    {
        if (growth.PrefillOwner is not null) return Entry.Later;
        var entry = TryEnter(growth.Prefix, out var slot);
        if (entry != Entry.Admitted) return entry;
        var branch = growth.Next();
        Start(branch, slot!);
        // The others fork off it once it has encoded the prefix.
        if (growth.HasNext) growth.PrefillOwner = branch;
        return entry;
    }

    Entry TryEnter(ReadOnlySpan<int> tokens, out SequenceSlot? slot)
    {
        slot = null;
        var match = _cache.Find(tokens);
        if (match.Coming - match.Shared > WorthWaitingTokens) return Entry.Later;

        var alone = _running.Count == 0;
        // What those inside have still to encode is as good as taken.
        var promised = 0;
        foreach (var branch in _running) promised += branch.Pending - 1;
        var cells = tokens.Length - match.Shared + promised + (_running.Count + 1) * _options.HeadroomTokens;
        if (!_cache.MakeRoom(Math.Min(cells, _context.Cells), except: match.Slot))
        {
            if (!alone) return Entry.NoRoom;
            // Nobody runs, so nobody will make room: give up even the prefix to be shared, or take the headroom as it is.
            if (!_cache.MakeRoom(tokens.Length - match.Shared + 1, except: match.Slot))
            {
                match = default;
                _cache.MakeRoom(_context.Cells);
            }
        }

        slot = _cache.Open(match.Slot, match.Shared, _turn);
        return slot is null ? Entry.NoRoom : Entry.Admitted;
    }

    void Start(DecodeSequence branch, SequenceSlot slot)
    {
        branch.Slot = slot;
        (slot.Tokens, slot.Planned) = (branch.Tokens, branch.Count);
        _running.Add(branch);
    }

    /// <summary>Siblings of a leader share its logits: a fork costs nothing as long as there is a sequence for it.</summary>
    /// <param name="output">Of the batch, after the prefix that they share.</param>
    void ForkSiblings(DecodeSequence leader, int output)
    {
        var growth = leader.Request;
        growth.PrefillOwner = null;
        while (growth.HasNext && HasPlace && _cache.MakeRoom((_running.Count + 1) * _options.HeadroomTokens)
               && _cache.Open(leader.Slot, growth.Prefix.Length, _turn) is { } slot)
        {
            var sibling = growth.Next();
            Start(sibling, slot);
            _drawing.Add(sibling, output);
        }

        // It would be counted among those who wait until a place is free again.
        if (!growth.HasNext) _waiting.Remove(growth);
    }

    /// <summary>The youngest search's latest branch gives its cells back and waits; what it has sampled it keeps and encodes again.</summary>
    void Preempt()
    {
        var at = _running.Count - 1;
        for (var i = at - 1; i >= 0; i--)
            if (_running[i].Request.Search > _running[at].Request.Search) at = i;
        var branch = _running[at];
        _running.RemoveAt(at);
        if (branch.Request.PrefillOwner == branch) branch.Request.PrefillOwner = null;
        _cache.Close(branch.Slot!);
        branch.Slot = null;
        var before = _preempted.FindLastIndex(other => other.Request.Search >= branch.Request.Search);
        _preempted.Insert(before + 1, branch);
        _preemptions++;
    }

    void DropCancelled()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
            if (_running[i].Request.Cancellation.IsCancellationRequested) Abandon(_running[i], new OperationCanceledException(_running[i].Request.Cancellation));
        for (var i = _preempted.Count - 1; i >= 0; i--)
        {
            if (!_preempted[i].Request.Cancellation.IsCancellationRequested) continue;
            _preempted[i].Fail(new OperationCanceledException(_preempted[i].Request.Cancellation));
            _preempted.RemoveAt(i);
        }

        for (var at = _waiting.First; at is not null;)
        {
            var next = at.Next;
            if (at.Value.Cancellation.IsCancellationRequested)
            {
                at.Value.FailRemaining(new OperationCanceledException(at.Value.Cancellation));
                _waiting.Remove(at);
            }

            at = next;
        }
    }

    void Abandon(DecodeSequence branch, Exception reason)
    {
        _running.Remove(branch);
        if (branch.Request.PrefillOwner == branch) branch.Request.PrefillOwner = null;
        _cache.Close(branch.Slot!);
        branch.Fail(reason);
    }
}
