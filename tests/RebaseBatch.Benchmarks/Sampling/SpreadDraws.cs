using System.Diagnostics;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Sampling;

/// <summary>The engine's draws after a decode call, on one thread and shared among several.</summary>
sealed class SpreadDraws : IDecodeContext
{
    readonly float[] _logits;
    readonly DrawnSequence[] _sequences;

    public SpreadDraws(int vocabulary, int sequences)
    {
        _logits = DrawRun.Logits(vocabulary, 3);
        var request = new DrawnRequest();
        _sequences = [.. Enumerable.Range(0, sequences).Select(i => new DrawnSequence(request, (i + 0.5) / sequences))];
    }

    /// <returns>Milliseconds that the draws of all sequences take.</returns>
    public double Milliseconds(int threads, int repeats)
    {
        var sampling = new SamplingPass(_logits.Length, threads);
        var started = 0L;
        for (var repeat = -1; repeat < repeats; repeat++)
        {
            if (repeat == 0) started = Stopwatch.GetTimestamp();
            sampling.Clear();
            foreach (var sequence in _sequences) sampling.Add(sequence, 0);
            sampling.Run(this, ModelOutput.Logits);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / repeats;
    }

    public int Cells => 1;
    public int SequenceCells => 1;
    public int BatchTokens => 1;
    public int MaxSequences => 1;
    public int Length(int sequence) => 0;
    public DecodeStatus Decode(DecodeBatch batch) => DecodeStatus.Ok;
    public ReadOnlySpan<float> Logits(int index) => _logits;
    public ReadOnlySpan<float> Hidden(int index) => default;
    public void Fork(int from, int to, int length) { }
    public void Truncate(int sequence, int length) { }
    public int Threads { get; set; } = 1;
    public int StateBytes(int sequence) => 0;
    public void Save(int sequence, Span<byte> to) { }
    public bool Load(int sequence, ReadOnlySpan<byte> from, int length) => true;
    public void Dispose() { }

    sealed class DrawnRequest() : DecodeRequest(1, [0], 0, 1, CancellationToken.None)
    {
        public override bool HasNext => false;
        public override DecodeSequence Next() => throw new InvalidOperationException("there is none");
        public override void FailRemaining(Exception reason) { }
    }

    sealed class DrawnSequence(DecodeRequest request, double quantile) : DecodeSequence(request, [0], 1)
    {
        public override int Lasting => 0;
        public override int Node => 1;
        public override bool Advance(ReadOnlySpan<float> output, TokenSampler sampler) => sampler.Draw(output, 1, quantile) >= 0;
        public override void Complete() { }
        public override void Fail(Exception reason) { }
    }
}
