namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// One sequence id of a context and the tokens behind it. A free slot becomes busy, a busy one idle or free, an idle one busy or free. In
/// every state 0 ≤ <see cref="Length"/> ≤ planned tokens, and a free slot holds none. A call that would break this throws.
/// </summary>
sealed class SequenceSlot(int id)
{
    int[] _tokens = [];
    int _planned;

    public int Id { get; } = id;

    public SlotState State { get; private set; }

    /// <summary>Tokens in the KV cache: the first of <see cref="Planned"/>.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Tokens that are or soon will be in the KV cache: beyond <see cref="Length"/> for a sequence that still encodes its prefix.
    /// </summary>
    public ReadOnlySpan<int> Planned => _tokens.AsSpan(0, _planned);

    /// <summary>The search whose prefix an idle slot keeps, so that the search can release it.</summary>
    public long Search { get; private set; }

    /// <summary>The node at which the kept prefix ends.</summary>
    public int Node { get; private set; }

    /// <summary>The scheduler's turn in which the slot was last used.</summary>
    public long LastUsed { get; private set; }

    /// <summary>A sequence begins to decode here.</summary>
    /// <param name="tokens">The sequence's buffer; the slot reads it and never writes it.</param>
    /// <param name="planned">Tokens of the buffer that are known.</param>
    /// <param name="held">Tokens that the slot holds already: what was forked into a free one, or what an idle one keeps.</param>
    public void Open(int[] tokens, int planned, int held, long now)
    {
        Require(State == SlotState.Free || (State == SlotState.Idle && held == Length), "be opened");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(planned, tokens.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(held, planned);
        (State, _tokens, _planned, Length, LastUsed) = (SlotState.Busy, tokens, planned, held, now);
    }

    /// <summary>Tokens were decoded.</summary>
    public void Append(int tokens)
    {
        Require(State == SlotState.Busy && Length + tokens <= _planned, "take tokens");
        Length += tokens;
    }

    /// <summary>The sequence has sampled a token: <paramref name="planned"/> tokens are known now.</summary>
    public void Plan(int planned)
    {
        Require(State == SlotState.Busy && planned >= Length && planned <= _tokens.Length, "plan tokens");
        _planned = planned;
    }

    /// <summary>Its tokens from <paramref name="length"/> on are given up.</summary>
    public void Cut(int length)
    {
        Require(State != SlotState.Free && length <= Length, "be cut");
        Length = length;
    }

    /// <summary>The sequence is done: the slot keeps its tokens for later sequences that continue them.</summary>
    public void Keep(long search, int node, long now)
    {
        Require(State == SlotState.Busy && Length > 0, "keep a prefix");
        (State, _planned, Search, Node, LastUsed) = (SlotState.Idle, Length, search, node, now);
    }

    /// <summary>Its prefix was shared: the slot counts as just used.</summary>
    public void Touch(long now) => LastUsed = now;

    /// <summary>The id can serve another sequence.</summary>
    public void Release()
    {
        Require(State != SlotState.Free && Length == 0, "be released");
        (State, _tokens, _planned) = (SlotState.Free, [], 0);
    }

    void Require(bool allowed, string act)
    {
        if (allowed) return;
        throw new InvalidOperationException($"sequence {Id} can't {act}: it is {State} and holds {Length} of {_planned} planned tokens");
    }
}
