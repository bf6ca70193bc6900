using System.Runtime.InteropServices;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Scripted;

/// <summary>The scripted model's cache. Its cells are objects with owners, so it is full exactly when a real cache would be.</summary>
sealed class ScriptedContext(ScriptedModel model, DecodeContextOptions options) : CheckedDecodeContext(options, model.Facts.VocabularySize)
{
    sealed class Cell(int token)
    {
        public readonly int Token = token;
        public int Owners = 1;
    }

    readonly List<Cell>[] _sequences = [.. Enumerable.Range(0, options.MaxSequences).Select(_ => new List<Cell>())];
    readonly Dictionary<int, float[]> _logits = [], _hidden = [];
    readonly bool _streams = options.Streams;

    public override int Cells { get; } = options.Cells;
    public int Used { get; private set; }
    public int Peak { get; private set; }
    public int FullReplies { get; private set; }
    public List<int> BatchSizes { get; } = [];

    /// <summary>The numbers of threads that were set.</summary>
    public List<int> ThreadCounts { get; } = [];

    protected override void ThreadsCore(int threads) => ThreadCounts.Add(threads);

    protected override DecodeStatus DecodeCore(DecodeBatch batch)
    {
        if (Used + batch.Count > Cells)
        {
            FullReplies++;
            return DecodeStatus.CacheFull;
        }

        for (var i = 0; i < batch.Count; i++)
            if (batch.Tokens[i] == model.Poison) return DecodeStatus.Failed;

        BatchSizes.Add(batch.Count);
        _logits.Clear();
        _hidden.Clear();
        for (var i = 0; i < batch.Count; i++)
        {
            var sequence = _sequences[batch.Sequences[i]];
            sequence.Add(new(batch.Tokens[i]));
            Used++;
            if (!batch.Outputs[i]) continue;
            var logits = new float[model.Facts.VocabularySize];
            model.FillLogits(sequence.Select(c => c.Token), logits);
            _logits[i] = logits;
            var hidden = new float[model.Facts.Width];
            ScriptedModel.FillHidden(sequence.Select(c => c.Token), hidden);
            _hidden[i] = hidden;
        }

        Peak = Math.Max(Peak, Used);
        return DecodeStatus.Ok;
    }

    protected override ReadOnlySpan<float> LogitsCore(int index) => _logits[index];
    protected override ReadOnlySpan<float> HiddenCore(int index) => _hidden[index];

    protected override void ForkCore(int from, int to, int length)
    {
        foreach (var cell in _sequences[from].Take(length))
        {
            if (_streams) Used++;
            else cell.Owners++;
            _sequences[to].Add(_streams ? new(cell.Token) : cell);
        }
    }

    protected override void TruncateCore(int sequence, int length)
    {
        var cells = _sequences[sequence];
        // A failed call stored nothing here.
        foreach (var cell in cells.Skip(length))
            if (--cell.Owners == 0) Used--;
        if (length < cells.Count) cells.RemoveRange(length, cells.Count - length);
    }

    protected override int StateBytesCore(int sequence) => sizeof(int) * _sequences[sequence].Count;

    protected override void SaveCore(int sequence, Span<byte> to)
    {
        var tokens = MemoryMarshal.Cast<byte, int>(to);
        for (var i = 0; i < _sequences[sequence].Count; i++) tokens[i] = _sequences[sequence][i].Token;
    }

    protected override bool LoadCore(int sequence, ReadOnlySpan<byte> from, int length)
    {
        if (Used + length > Cells) return false;
        foreach (var token in MemoryMarshal.Cast<byte, int>(from)[..length]) _sequences[sequence].Add(new(token));
        Used += length;
        return true;
    }

    protected override void DisposeCore()
    {
    }
}
