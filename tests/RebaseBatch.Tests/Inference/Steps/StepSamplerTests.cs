using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Tests.Inference.Steps;

/// <summary>The sampler that decodes in this process.</summary>
public sealed class StepSamplerTests : StepSamplerConformance, IDisposable
{
    readonly StepSampler _sampler = new(
        Models.PolicyS, [.. Enumerable.Range(0, 2).Select(_ => Models.PolicyS.CreateContext(new() { Cells = 512, MaxSequences = 64 }))],
        new() { MaxRunning = 32, Threads = new(2) }, NullLogger.Instance);

    private protected override IStepSampler Sampler => _sampler;

    public void Dispose() => _sampler.Dispose();

    private protected override Task<int> DecodingAsync() => Task.FromResult(_sampler.Statistics.Load.CellsUsed);
}
