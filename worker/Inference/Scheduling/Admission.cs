namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Lets waiting sequences run: preempted ones first, then requests in order of age, while there are free cells and sequence ids.
/// </summary>
/// <param name="headroom">Free cells that each running sequence must have left to grow into before another one is admitted.</param>
sealed class Admission(PrefixCache cache, WaitingQueue waiting, RunningSequences running, int headroom)
{
    /// <summary>
    /// When a running sequence is about to encode at least this many tokens that a waiting one needs, the waiting one waits for it.
    /// </summary>
    const int WorthWaitingTokens = 8;

    enum Entry { Admitted, Later, NoRoom }

    public void Admit(long now)
    {
        while (waiting.NextPreempted is { } preempted)
        {
            if (!running.HasPlace || TryFindRoom(preempted.Known, out var match) != Entry.Admitted) return;
            running.Start(preempted, match, now);
            waiting.RemoveNextPreempted();
        }

        for (var at = waiting.First; at is not null && running.HasPlace;)
        {
            var (request, next) = (at.Value, at.Next);
            var entry = Entry.Admitted;
            while (request.HasNext && running.HasPlace && entry == Entry.Admitted) entry = TryBegin(request, now);
            if (!request.HasNext) waiting.Remove(at);
            // No request overtakes one that waits for room: otherwise a large request might wait forever.
            if (entry == Entry.NoRoom) return;
            at = next;
        }
    }

    /// <summary>
    /// Starts the next sibling of a running sequence that has encoded their prefix. The siblings share its output: a fork costs nothing
    /// while there is a free sequence id.
    /// </summary>
    /// <returns>The sibling; null when there is none left or no room for it now.</returns>
    public DecodeSequence? TryFork(DecodeSequence owner, long now)
    {
        var request = owner.Request;
        if (!request.HasNext || !running.HasPlace || !cache.MakeRoom((running.Count + 1) * headroom) || !cache.HasSequence) return null;
        var sibling = request.Next();
        running.Start(sibling, new(owner.Slot, request.Prefix.Length, request.Prefix.Length), now);
        // Otherwise it would count as waiting until a place is free again.
        if (!request.HasNext) waiting.Remove(request);
        return sibling;
    }

    Entry TryBegin(DecodeRequest request, long now)
    {
        if (request.PrefillOwner is not null) return Entry.Later;
        var entry = TryFindRoom(request.Prefix, out var match);
        if (entry != Entry.Admitted) return entry;
        var sequence = request.Next();
        running.Start(sequence, match, now);
        // Its siblings fork off it once it has encoded the prefix.
        if (request.HasNext) request.PrefillOwner = sequence;
        return entry;
    }

    /// <summary>Whether a sequence with these tokens can start now, and which prefix it shares then.</summary>
    Entry TryFindRoom(ReadOnlySpan<int> tokens, out PrefixMatch match)
    {
        match = cache.Find(tokens);
        if (match.Coming - match.Shared > WorthWaitingTokens) return Entry.Later;

        var cells = tokens.Length - match.Shared + running.PromisedCells + (running.Count + 1) * headroom;
        if (!cache.MakeRoom(Math.Min(cells, cache.Cells), except: match.Slot))
        {
            if (running.Count > 0) return Entry.NoRoom;
            // Nothing runs, so nothing will make room: take less headroom, or give up even the prefix that would be shared.
            if (!cache.MakeRoom(tokens.Length - match.Shared + 1, except: match.Slot))
            {
                match = default;
                cache.MakeRoom(cache.Cells);
            }
        }

        return cache.HasSequence ? Entry.Admitted : Entry.NoRoom;
    }
}
