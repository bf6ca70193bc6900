namespace RebaseBatch.Inference.Ports;

/// <summary>
/// Refuses every call that would abort the process inside llama.cpp: it checks sizes, sequence ids, token ids, gaps in positions, and
/// logits that were not requested. Runtimes derive from it and only translate calls.
/// </summary>
abstract class CheckedDecodeContext(DecodeContextOptions options, int vocabularySize) : IDecodeContext
{
    readonly int[] _lengths = new int[options.MaxSequences];
    readonly int[] _before = new int[options.MaxSequences];
    readonly bool _hasHiddenStates = options.HiddenStates, _streams = options.Streams;
    bool[] _outputs = [];
    int _threads = options.Threads;
    int _decoded;
    bool _disposed;

    public abstract int Cells { get; }
    public int SequenceCells => _streams ? Cells / MaxSequences : Cells;
    public int BatchTokens { get; } = options.BatchTokens;
    public int MaxSequences { get; } = options.MaxSequences;

    public int Threads
    {
        get => _threads;
        set
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (value == _threads) return;
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, DecodeContextOptions.MostThreads);
            ThreadsCore(value);
            _threads = value;
        }
    }

    public int Length(int sequence) => _lengths[Checked(sequence)];

    public DecodeStatus Decode(DecodeBatch batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.Count == 0) return DecodeStatus.Ok;
        if (batch.Count > BatchTokens)
            throw new ArgumentException($"a batch of {batch.Count} tokens exceeds the context's {BatchTokens}", nameof(batch));

        _lengths.CopyTo(_before.AsSpan());
        try
        {
            Advance(batch);
        }
        catch (ArgumentException)
        {
            _before.CopyTo(_lengths.AsSpan());
            throw;
        }

        (_outputs, _decoded) = (batch.Outputs, batch.Count);
        var status = Fits(batch) ? DecodeCore(batch) : DecodeStatus.CacheFull;
        if (status == DecodeStatus.Ok) return status;

        _decoded = 0;
        // A failed call may have processed some of its micro-batches: their cells must go before the next try.
        for (var sequence = 0; status == DecodeStatus.Failed && sequence < MaxSequences; sequence++)
            if (_lengths[sequence] != _before[sequence]) TruncateCore(sequence, _before[sequence]);
        _before.CopyTo(_lengths.AsSpan());
        return status;
    }

    public ReadOnlySpan<float> Logits(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if ((uint)index >= (uint)_decoded || !_outputs[index])
            throw new ArgumentOutOfRangeException(nameof(index), index, "no logits were computed at this batch entry");
        return LogitsCore(index);
    }

    public ReadOnlySpan<float> Hidden(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_hasHiddenStates) throw new InvalidOperationException("the context was opened without hidden states");
        if ((uint)index >= (uint)_decoded || !_outputs[index])
            throw new ArgumentOutOfRangeException(nameof(index), index, "no hidden state was computed at this batch entry");
        return HiddenCore(index);
    }

    public void Fork(int from, int to, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Length(to) != 0) throw new ArgumentException($"sequence {to} is not empty", nameof(to));
        if (length < 1 || length > Length(from))
            throw new ArgumentOutOfRangeException(nameof(length), length, $"sequence {from} holds {Length(from)} tokens");
        ForkCore(from, to, length);
        _lengths[to] = length;
    }

    public void Truncate(int sequence, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var held = Length(sequence);
        if (length < 0 || length > held)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"sequence {sequence} holds {held} tokens");
        if (length == held) return;
        TruncateCore(sequence, length);
        _lengths[sequence] = length;
    }

    public int StateBytes(int sequence)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Length(sequence) > 0 ? StateBytesCore(sequence) : throw Empty(sequence);
    }

    public void Save(int sequence, Span<byte> to)
    {
        var bytes = StateBytes(sequence);
        if (to.Length < bytes) throw new ArgumentException($"sequence {sequence} takes {bytes} bytes, not {to.Length}", nameof(to));
        SaveCore(sequence, to);
    }

    public bool Load(int sequence, ReadOnlySpan<byte> from, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Length(sequence) != 0) throw new ArgumentException($"sequence {sequence} is not empty", nameof(sequence));
        if (length < 1 || length > SequenceCells)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"a sequence has {SequenceCells} cells");
        if (!LoadCore(sequence, from, length)) return false;
        _lengths[sequence] = length;
        return true;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        DisposeCore();
    }

    protected abstract void ThreadsCore(int threads);
    protected abstract DecodeStatus DecodeCore(DecodeBatch batch);
    protected abstract ReadOnlySpan<float> LogitsCore(int index);
    protected abstract ReadOnlySpan<float> HiddenCore(int index);
    protected abstract void ForkCore(int from, int to, int length);
    protected abstract void TruncateCore(int sequence, int length);
    protected abstract int StateBytesCore(int sequence);
    protected abstract void SaveCore(int sequence, Span<byte> to);
    protected abstract bool LoadCore(int sequence, ReadOnlySpan<byte> from, int length);
    protected abstract void DisposeCore();

    void Advance(DecodeBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var (token, sequence) = (batch.Tokens[i], Checked(batch.Sequences[i]));
            if ((uint)token >= (uint)vocabularySize)
                throw new ArgumentException($"token {token} is not within the vocabulary of {vocabularySize}", nameof(batch));
            if (batch.Positions[i] != _lengths[sequence])
                throw new ArgumentException(
                    $"position {batch.Positions[i]} does not follow the {_lengths[sequence]} tokens of sequence {sequence}", nameof(batch));
            _lengths[sequence]++;
        }
    }

    // Without streams only the runtime knows which cells its sequences share.
    bool Fits(DecodeBatch batch)
    {
        for (var i = 0; _streams && i < batch.Count; i++)
            if (batch.Positions[i] >= SequenceCells) return false;
        return true;
    }

    static ArgumentException Empty(int sequence) => new($"sequence {sequence} is empty", nameof(sequence));

    int Checked(int sequence) => (uint)sequence < (uint)MaxSequences
        ? sequence
        : throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"the context has sequences 0 to {MaxSequences - 1}");
}
