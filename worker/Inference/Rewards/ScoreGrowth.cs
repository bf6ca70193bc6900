using RebaseBatch.Inference.Engine;

namespace RebaseBatch.Inference.Rewards;

/// <summary>One step on its way through the reward model: encoded once, judged at its last token.</summary>
sealed class ScoreGrowth(long search, int node, int[] tokens, IRewardConvention convention, CancellationToken ct)
    : Growth(search, tokens, tokens.Length, ct)
{
    readonly TaskCompletionSource<StepScore> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _begun;

    internal Task<StepScore> Result => _done.Task;
    internal override bool HasNext => !_begun;

    internal override Branch Next()
    {
        _begun = true;
        return new ScoreBranch(this, node);
    }

    internal override void FailRest(Exception reason)
    {
        if (!_begun) Fail(reason);
        _begun = true;
    }

    void Fail(Exception reason)
    {
        if (reason is OperationCanceledException) _done.TrySetCanceled(Cancellation);
        else _done.TrySetException(reason);
    }

    sealed class ScoreBranch(ScoreGrowth growth, int node) : Branch(growth, growth.Prefix, growth.Prefix.Length)
    {
        double _score;

        internal override int Node => node;
        internal override int Lasting => Count;

        internal override bool Advance(ReadOnlySpan<float> logits, TokenSampler sampler)
        {
            _score = growth.Convention.Read(logits);
            return false;
        }

        internal override void Complete() => growth._done.TrySetResult(new(_score, Evaluated));
        internal override void Fail(Exception reason) => growth.Fail(reason);
    }

    IRewardConvention Convention { get; } = convention;
}
