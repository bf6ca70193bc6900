using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>One child being sampled.</summary>
sealed class StepDecodeSequence(
    StepDecodeRequest owner, StepRequest request, int node, RandomStream random, TaskCompletionSource<SampledStep> done)
    : DecodeSequence(owner, Copy(request), request.Prefix.Length)
{
    readonly StepText _text =
        new(request.Boundary.Bytes(request.Depth), inclusive: !request.Boundary.Numbered, request.Boundary.IsStopString);
    StepEnd _end;
    int _sampled, _kept;

    public override int Node => node;
    public override int Lasting => _end == StepEnd.EndOfGeneration ? 0 : request.Prefix.Length + _kept;

    public override bool Advance(ReadOnlySpan<float> logits, TokenSampler sampler)
    {
        var token = sampler.Draw(logits, request.Temperature, request.Filter, random.NextDouble(_sampled));
        _sampled++;
        if (owner.Model.IsEndOfGeneration(token)) return End(StepEnd.EndOfGeneration);

        Tokens[Count++] = token;
        if (_text.Append(owner.Model.Piece(token))) return End(StepEnd.Boundary);
        return _sampled < request.MaxTokens || End(StepEnd.Limit);
    }

    public override void Complete()
    {
        var tokens = Tokens.AsSpan(request.Prefix.Length, _kept).ToArray();
        done.TrySetResult(new(tokens, _text.Take(_kept), _end, _sampled, Cost));
    }

    public override void Fail(Exception reason) => Request.Fail(done, reason);

    bool End(StepEnd end)
    {
        _end = end;
        _kept = end == StepEnd.Boundary ? _text.KeptTokens() : Count - request.Prefix.Length;
        return false;
    }

    static int[] Copy(StepRequest request)
    {
        var tokens = new int[request.Prefix.Length + request.MaxTokens];
        request.Prefix.CopyTo(tokens, 0);
        return tokens;
    }
}
