using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Rewards;

/// <summary>A reward model that decodes in this process. A node's prefix is cached, so a new step costs only its own tokens.</summary>
sealed class StepScorer(ILanguageModel model, IScoringEngines engines, IRewardConvention convention) : IStepScorer
{
    readonly ScoredTexts _texts = new();

    public ILanguageModel Model => model;
    public bool IsAlive => engines.IsAlive;
    public EngineStatistics Statistics => engines.Statistics;

    public string LargerContext => ContextSize.Larger;

    public int MaxSequenceTokens => Math.Min(model.Facts.TrainContext, engines.MaxSequenceTokens);

    public int[] Encode(string question, IReadOnlyList<string> steps) => convention.Encode(question, steps);

    /// <remarks>An equal text of the same wave costs nothing.</remarks>
    public Task<StepScore> ScoreAsync(long search, int node, int[] tokens, int encodedBefore, CancellationToken ct)
    {
        // An empty text has no last token to read, and no engine would ever end it.
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        return _texts.GetOrScore(search, node, tokens, () =>
        {
            var request = new ScoreDecodeRequest(search, node, tokens, encodedBefore, convention, ct);
            engines.Submit(node, request);
            return request.Result;
        });
    }

    public void Assign(long search, IReadOnlyList<Siblings> wave) =>
        engines.Assign(search, [.. wave.Select(siblings => siblings with { Parent = _texts.Twin(search, siblings.Parent) })]);

    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        var kept = nodes.Select(node => _texts.Twin(search, node)).ToHashSet();
        _texts.Retain(search, nodes);
        engines.Retain(search, kept);
    }

    public void Dispose() => engines.Dispose();
}
