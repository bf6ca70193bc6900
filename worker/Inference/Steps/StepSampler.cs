using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>A policy that decodes in this process, in batches shared by all searches.</summary>
sealed class StepSampler(ILanguageModel model, IReadOnlyList<IDecodeContext> contexts, EngineOptions options, ILogger log)
    : IStepSampler
{
    readonly EngineGroup _engines = new("policy", contexts, model.Facts.VocabularySize, options, log);

    public ILanguageModel Model => model;
    public bool IsAlive => _engines.IsAlive;
    public EngineStatistics Statistics => _engines.Statistics;

    public string LargerContext => ContextSize.Larger;

    public int MaxSequenceTokens => Math.Min(model.Facts.TrainContext, _engines.MaxSequenceTokens);

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

    public void Assign(long search, IReadOnlyList<Siblings> wave) => _engines.Assign(search, wave);

    public void Retain(long search, IReadOnlySet<int> nodes) => _engines.Retain(search, nodes);

    public void Dispose() => _engines.Dispose();
}
