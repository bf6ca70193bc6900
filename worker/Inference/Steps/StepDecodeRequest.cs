using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>A request to sample the children of one node.</summary>
sealed class StepDecodeRequest : DecodeRequest
{
    readonly StepRequest _request;
    readonly TaskCompletionSource<SampledStep>[] _done;
    int _begun;

    public StepDecodeRequest(StepRequest request, ILanguageModel model, CancellationToken ct)
        : base(request.Search, request.Prefix, request.EncodedBefore, request.Prefix.Length + request.MaxTokens, ct)
    {
        (_request, Model) = (request, model);
        _done = [.. request.Children.Select(
            _ => new TaskCompletionSource<SampledStep>(TaskCreationOptions.RunContinuationsAsynchronously))];
    }

    public ILanguageModel Model { get; }
    public IReadOnlyList<Task<SampledStep>> Results => [.. _done.Select(d => d.Task)];
    public override bool HasNext => _begun < _done.Length;

    public override DecodeSequence Next()
    {
        var (node, random) = _request.Children[_begun];
        return new StepDecodeSequence(this, _request, node, random, _done[_begun++]);
    }

    public override void FailRemaining(Exception reason)
    {
        for (; _begun < _done.Length; _begun++) Fail(_done[_begun], reason);
    }
}
