using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Rewards;

/// <summary>A request to score one step: the step is encoded once and judged at its last token.</summary>
sealed class ScoreDecodeRequest(long search, int node, int[] tokens, int encodedBefore, IRewardConvention convention, CancellationToken ct)
    : DecodeRequest(search, tokens, encodedBefore, tokens.Length, ct)
{
    readonly TaskCompletionSource<StepScore> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _begun;

    IRewardConvention Convention { get; } = convention;

    public Task<StepScore> Result => _done.Task;
    public override bool HasNext => !_begun;

    public override DecodeSequence Next()
    {
        _begun = true;
        return new ScoreSequence(this, node);
    }

    public override void FailRemaining(Exception reason)
    {
        if (!_begun) Fail(_done, reason);
        _begun = true;
    }

    sealed class ScoreSequence(ScoreDecodeRequest request, int node) : DecodeSequence(request, request.Prefix, request.Prefix.Length)
    {
        double _score;

        public override int Node => node;
        public override int Lasting => Count;

        public override bool Advance(ReadOnlySpan<float> output, TokenSampler sampler)
        {
            _score = request.Convention.Read(output);
            return false;
        }

        public override void Complete() => request._done.TrySetResult(new(_score, Cost));
        public override void Fail(Exception reason) => request.Fail(request._done, reason);
    }
}
