namespace RebaseBatch.Inference.Ports;

/// <summary>
/// One KV cache with numbered sequences that may share prefixes. Not thread-safe: one call at a time, on any thread. Different contexts of
/// one model may decode at the same time.
/// </summary>
interface IDecodeContext : IDisposable
{
    /// <summary>KV cells of all sequences together.</summary>
    int Cells { get; }

    /// <summary>Most tokens that one sequence can hold: all cells, or with streams the sequence's share of them.</summary>
    int SequenceCells { get; }

    /// <summary>Most tokens that one decode call may carry.</summary>
    int BatchTokens { get; }

    /// <summary>Sequence ids go from 0 to one below this.</summary>
    int MaxSequences { get; }

    /// <summary>Threads of the next decode calls, 1 to 512.</summary>
    int Threads { get; set; }

    /// <summary>Tokens that <paramref name="sequence"/> holds.</summary>
    int Length(int sequence);

    /// <summary>Appends the batch's tokens to their sequences and computes the wanted logits.</summary>
    /// <exception cref="ArgumentException">A token, position or sequence is out of range; nothing was changed.</exception>
    DecodeStatus Decode(DecodeBatch batch);

    /// <summary>Logits of the batch entry with this index, one per vocabulary entry; valid until the next <see cref="Decode"/>.</summary>
    ReadOnlySpan<float> Logits(int index);

    /// <summary>
    /// The last layer's normalized state at the batch entry with this index, of <see cref="ModelFacts.Width"/> numbers. There is one
    /// wherever logits were wanted, and it is valid as long as they are.
    /// </summary>
    /// <exception cref="InvalidOperationException">The context was opened without
    /// <see cref="DecodeContextOptions.HiddenStates"/>.</exception>
    ReadOnlySpan<float> Hidden(int index);

    /// <summary>
    /// Makes the empty sequence <paramref name="to"/> share the first <paramref name="length"/> tokens of <paramref name="from"/>. With
    /// <see cref="DecodeContextOptions.Streams"/> it gets copies of them.
    /// </summary>
    void Fork(int from, int to, int length);

    /// <summary>Cuts a sequence back to its first <paramref name="length"/> tokens; 0 empties it.</summary>
    void Truncate(int sequence, int length);

    /// <summary>Bytes that <see cref="Save"/> writes for a sequence now.</summary>
    int StateBytes(int sequence);

    /// <summary>Copies the keys and values of a sequence out of the cache. The sequence keeps them.</summary>
    /// <param name="to">Room for <see cref="StateBytes"/> bytes.</param>
    void Save(int sequence, Span<byte> to);

    /// <summary>Makes the empty sequence hold what <see cref="Save"/> wrote in a context of the same model with the same options.</summary>
    /// <param name="length">Tokens that the saved sequence held.</param>
    /// <returns>False when there are not that many free cells in one piece: the sequence is still empty.</returns>
    bool Load(int sequence, ReadOnlySpan<byte> from, int length);
}
