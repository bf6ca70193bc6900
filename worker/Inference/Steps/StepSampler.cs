using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Engine;

namespace RebaseBatch.Inference.Steps;

/// <summary>The policy model as searches see it: prefixes go in, steps come out, in batches with everyone else's.</summary>
sealed class StepSampler(ILanguageModel model, IReadOnlyList<IDecodeContext> contexts, EngineOptions options, ILogger log) : IDisposable
{
    readonly EngineLanes _engine = new("policy", contexts, model.Facts.VocabularySize, options, log);

    public ILanguageModel Model => model;
    public bool IsAlive => _engine.IsAlive;
    public EngineStatistics Statistics => _engine.Statistics;

    /// <summary>Longest sequence in tokens, prompt included, that the model and its cache can hold.</summary>
    public int MaxSequenceTokens => Math.Min(model.Facts.TrainContext, _engine.MaxSequenceTokens);

    /// <summary>Samples the request's children; each task ends as soon as its own step does.</summary>
    /// <returns>One task a child, in the request's order. A task fails with <see cref="ModelFaultException"/> when the model can't serve it.</returns>
    public IReadOnlyList<Task<SampledStep>> Sample(StepRequest request, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Prefix.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTokens, 1);
        var growth = new StepGrowth(request, model, ct);
        _engine.Submit(growth);
        return growth.Results;
    }

    /// <summary>Keeps only the prefixes of these nodes of a search in the cache; the others are not needed any more.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => _engine.Retain(search, nodes);

    public void Dispose() => _engine.Dispose();
}
