using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Scripted;

/// <summary>A context whose decode calls can be watched, and whose device can be broken: from then on every call fails.</summary>
sealed class BreakableContext(IDecodeContext inner, int vocabularySize) : CheckedDecodeContext(
    new()
    {
        Cells = inner.Cells, MaxSequences = inner.MaxSequences, BatchTokens = inner.BatchTokens,
        Streams = inner.SequenceCells < inner.Cells,
    }, vocabularySize)
{
    public volatile bool IsBroken;

    /// <summary>Called by the engine's thread before each decode call.</summary>
    public Action? Decoding;

    /// <summary>Called by the engine's thread before a sequence is copied out.</summary>
    public Action? Saving;

    public override int Cells => inner.Cells;

    protected override void ThreadsCore(int threads) => inner.Threads = threads;

    protected override DecodeStatus DecodeCore(DecodeBatch batch)
    {
        Decoding?.Invoke();
        return IsBroken ? DecodeStatus.Failed : inner.Decode(batch);
    }

    protected override ReadOnlySpan<float> LogitsCore(int index) => inner.Logits(index);
    protected override ReadOnlySpan<float> HiddenCore(int index) => inner.Hidden(index);
    protected override void ForkCore(int from, int to, int length) => inner.Fork(from, to, length);

    protected override void TruncateCore(int sequence, int length)
    {
        if (inner.Length(sequence) > length) inner.Truncate(sequence, length);
    }

    protected override int StateBytesCore(int sequence) => inner.StateBytes(sequence);

    protected override void SaveCore(int sequence, Span<byte> to)
    {
        Saving?.Invoke();
        inner.Save(sequence, to);
    }

    protected override bool LoadCore(int sequence, ReadOnlySpan<byte> from, int length) => inner.Load(sequence, from, length);
    protected override void DisposeCore() => inner.Dispose();
}
