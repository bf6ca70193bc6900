using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>One child being sampled.</summary>
sealed class StepDecodeSequence(
    StepDecodeRequest owner, StepRequest request, int node, RandomStream random, TaskCompletionSource<SampledStep> done)
    : DecodeSequence(owner, Copy(request), request.Prefix.Length)
{
    readonly GrowingStep _step = new(request, owner.Model);

    public override int Node => node;
    public override int Lasting => _step.End == StepEnd.EndOfGeneration ? 0 : request.Prefix.Length + _step.Kept;

    public override bool Advance(ReadOnlySpan<float> logits, TokenSampler sampler)
    {
        var token = sampler.Draw(logits, request.Temperature, request.Filter, random.NextDouble(_step.Drawn));
        var goesOn = _step.Add(token);
        if (_step.End != StepEnd.EndOfGeneration) Tokens[Count++] = token;
        return goesOn;
    }

    public override void Complete()
    {
        var tokens = Tokens.AsSpan(request.Prefix.Length, _step.Kept).ToArray();
        done.TrySetResult(new(tokens, _step.Text, _step.End!.Value, _step.Drawn, Cost));
    }

    public override void Fail(Exception reason) => Request.Fail(done, reason);

    static int[] Copy(StepRequest request)
    {
        var tokens = new int[request.Prefix.Length + request.MaxTokens];
        request.Prefix.CopyTo(tokens, 0);
        return tokens;
    }
}
