namespace RebaseBatch.Inference.Scheduling;

/// <summary>The sequences that decode, oldest admission first, each in a slot of the prefix cache.</summary>
/// <param name="most">Most that decode at once.</param>
sealed class RunningSequences(PrefixCache cache, int most)
{
    readonly List<DecodeSequence> _sequences = [];

    public int Count => _sequences.Count;
    public bool HasPlace => _sequences.Count < most;
    public DecodeSequence this[int i] => _sequences[i];

    /// <summary>How many of them have encoded all their tokens except the last one.</summary>
    public int Decoding
    {
        get
        {
            var decoding = 0;
            foreach (var sequence in _sequences) decoding += sequence.Pending == 1 ? 1 : 0;
            return decoding;
        }
    }

    /// <summary>Cells that they will take for the known tokens that they have not encoded yet.</summary>
    public int PromisedCells
    {
        get
        {
            var promised = 0;
            foreach (var sequence in _sequences) promised += sequence.Pending - 1;
            return promised;
        }
    }

    /// <summary>The latest sequence of the youngest search: it loses least when it is preempted.</summary>
    public DecodeSequence Youngest
    {
        get
        {
            var youngest = _sequences[^1];
            for (var i = _sequences.Count - 2; i >= 0; i--)
                if (_sequences[i].Request.Search > youngest.Request.Search) youngest = _sequences[i];
            return youngest;
        }
    }

    public List<DecodeSequence>.Enumerator GetEnumerator() => _sequences.GetEnumerator();

    public bool Contains(DecodeSequence sequence) => _sequences.Contains(sequence);

    /// <summary>A sequence begins or goes on in a slot that shares a prefix. <see cref="PrefixCache.HasSequence"/> must be true.</summary>
    public void Start(DecodeSequence sequence, PrefixMatch match, long now)
    {
        sequence.Enter(cache.Open(match.Slot, match.Shared, sequence.Tokens, sequence.Count, now));
        _sequences.Add(sequence);
    }

    /// <summary>A sequence is done: its slot keeps what later ones may continue.</summary>
    public void Finish(DecodeSequence sequence, long now)
    {
        _sequences.Remove(sequence);
        cache.Keep(sequence.Leave(), sequence.Lasting, sequence.Request.Search, sequence.Node, now);
    }

    /// <summary>A sequence gives its cells back. If it was to encode a prefix for its siblings, one of them does so later.</summary>
    public void Remove(DecodeSequence sequence)
    {
        _sequences.Remove(sequence);
        if (sequence.Request.PrefillOwner == sequence) sequence.Request.PrefillOwner = null;
        cache.Close(sequence.Leave());
    }

    public void FailAll(Exception reason)
    {
        foreach (var sequence in _sequences) sequence.Fail(reason);
        _sequences.Clear();
    }
}
