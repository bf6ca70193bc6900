using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// One request to a served model. A server knows no searches: all requests are of one, so the first to come is served first.
/// </summary>
/// <param name="number">The request's number: the node at which its prefix is kept.</param>
sealed class ServedRequest(ServedSampling sampling, ILanguageModel model, int number, CancellationToken ct)
    : DecodeRequest(Served, sampling.Prompt, 0, sampling.Prompt.Length + sampling.MaxTokens, ct)
{
    /// <summary>The only search of a served model.</summary>
    public const long Served = 1;

    readonly TaskCompletionSource<ServedReply> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _begun;

    public ServedSampling Sampling { get; } = sampling;
    public ILanguageModel Model { get; } = model;
    public Task<ServedReply> Result => _done.Task;
    public override bool HasNext => !_begun;

    public override DecodeSequence Next()
    {
        _begun = true;
        return new ServedSequence(this, number, _done);
    }

    public override void FailRemaining(Exception reason)
    {
        if (!_begun) Fail(_done, reason);
        _begun = true;
    }
}
