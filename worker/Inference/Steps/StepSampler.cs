using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>The policy model as searches see it: prefixes go in, steps come out, in batches shared with all other searches.</summary>
sealed class StepSampler(ILanguageModel model, IReadOnlyList<IDecodeContext> contexts, EngineOptions options, ILogger log) : IDisposable
{
    readonly EngineGroup _engines = new("policy", contexts, model.Facts.VocabularySize, options, log);

    public ILanguageModel Model => model;
    public bool IsAlive => _engines.IsAlive;
    public EngineStatistics Statistics => _engines.Statistics;

    /// <summary>Longest sequence in tokens, prompt included, that the model and its cache can hold.</summary>
    public int MaxSequenceTokens => Math.Min(model.Facts.TrainContext, _engines.MaxSequenceTokens);

    /// <summary>Samples the request's children; each task ends as soon as its own step does.</summary>
    /// <returns>One task per child, in the request's order. A task fails with <see cref="ModelFaultException"/> when the model can't serve
    /// it.</returns>
    public IReadOnlyList<Task<SampledStep>> Sample(StepRequest request, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Prefix.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTokens, 1);
        var results = new List<Task<SampledStep>>(request.Children.Count);
        for (var begun = 0; begun < request.Children.Count;)
        {
            var engine = EngineOf(begun);
            var end = begun + 1;
            while (end < request.Children.Count && EngineOf(end) == engine) end++;
            var siblings = new StepDecodeRequest(request with
            {
                Children = [.. request.Children.Skip(begun).Take(end - begun)],
                // In a second engine the prefix is encoded once more, which counts as a cost of the cache.
                EncodedBefore = begun == 0 ? request.EncodedBefore : request.Prefix.Length,
            }, model, ct);
            _engines.Submit(engine, siblings);
            results.AddRange(siblings.Results);
            begun = end;
        }
        return results;

        int EngineOf(int child) => _engines.EngineOf(request.Search, request.Children[child].Node);
    }

    /// <summary>Assigns the steps of a search's next wave to the engines, before the steps are requested.</summary>
    public void Assign(long search, IReadOnlyList<Siblings> wave) => _engines.Assign(search, wave);

    /// <summary>Keeps only the prefixes of these nodes of a search in the cache and releases the others.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => _engines.Retain(search, nodes);

    public void Dispose() => _engines.Dispose();
}
