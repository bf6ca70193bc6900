using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>The policy model as searches see it: prefixes go in, steps come out, in batches with everyone else's.</summary>
sealed class StepSampler(ILanguageModel model, IReadOnlyList<IDecodeContext> contexts, EngineOptions options, ILogger log) : IDisposable
{
    readonly EngineGroup _engine = new("policy", contexts, model.Facts.VocabularySize, options, log);

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
        var results = new List<Task<SampledStep>>(request.Children.Count);
        for (var begun = 0; begun < request.Children.Count;)
        {
            var lane = LaneOf(begun);
            var end = begun + 1;
            while (end < request.Children.Count && LaneOf(end) == lane) end++;
            var growth = new StepDecodeRequest(request with
            {
                Children = [.. request.Children.Skip(begun).Take(end - begun)],
                // In a second lane the prefix is encoded once more: a cost of the cache, to the books.
                EncodedBefore = begun == 0 ? request.EncodedBefore : request.Prefix.Length,
            }, model, ct);
            _engine.Submit(lane, growth);
            results.AddRange(growth.Results);
            begun = end;
        }
        return results;

        int LaneOf(int child) => _engine.LaneOf(request.Search, request.Children[child].Node);
    }

    /// <summary>Deals the steps of a search's coming wave over the lanes, before they are asked for.</summary>
    public void Assign(long search, IReadOnlyList<Siblings> wave) => _engine.Assign(search, wave);

    /// <summary>Keeps only the prefixes of these nodes of a search in the cache; the others are not needed any more.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes) => _engine.Retain(search, nodes);

    public void Dispose() => _engine.Dispose();
}
