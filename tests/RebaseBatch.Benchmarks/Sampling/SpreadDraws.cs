using System.Diagnostics;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Sampling;

/// <summary>The engine's draws after a decode call, on one thread and dealt among several.</summary>
sealed class SpreadDraws : IDecodeContext
{
    readonly float[] _logits;
    readonly DrawnBranch[] _branches;

    public SpreadDraws(int vocabulary, int branches)
    {
        _logits = DrawRun.Logits(vocabulary, 3);
        var growth = new DrawnGrowth();
        _branches = [.. Enumerable.Range(0, branches).Select(i => new DrawnBranch(growth, (i + 0.5) / branches))];
    }

    /// <returns>Milliseconds that the draws of all branches take.</returns>
    public double Milliseconds(int threads, int repeats)
    {
        var drawing = new SamplingPass(_logits.Length, threads);
        var started = 0L;
        for (var repeat = -1; repeat < repeats; repeat++)
        {
            if (repeat == 0) started = Stopwatch.GetTimestamp();
            drawing.Clear();
            foreach (var branch in _branches) drawing.Add(branch, 0);
            drawing.Run(this, ModelOutput.Logits);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / repeats;
    }

    public int Cells => 1;
    public int BatchTokens => 1;
    public int MaxSequences => 1;
    public int Length(int sequence) => 0;
    public DecodeStatus Decode(DecodeBatch batch) => DecodeStatus.Ok;
    public ReadOnlySpan<float> Logits(int index) => _logits;
    public ReadOnlySpan<float> Hidden(int index) => default;
    public void Fork(int from, int to, int length) { }
    public void Truncate(int sequence, int length) { }
    public void Dispose() { }

    sealed class DrawnGrowth() : DecodeRequest(1, [0], 0, 1, CancellationToken.None)
    {
        public override bool HasNext => false;
        public override DecodeSequence Next() => throw new InvalidOperationException("there is none");
        public override void FailRemaining(Exception reason) { }
    }

    sealed class DrawnBranch(DecodeRequest growth, double quantile) : DecodeSequence(growth, [0], 1)
    {
        public override int Lasting => 0;
        public override int Node => 1;
        public override bool Advance(ReadOnlySpan<float> output, TokenSampler sampler) => sampler.Draw(output, 1, quantile) >= 0;
        public override void Complete() { }
        public override void Fail(Exception reason) { }
    }
}
