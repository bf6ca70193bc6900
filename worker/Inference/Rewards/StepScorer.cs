using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Rewards;

/// <summary>The reward model as searches see it. It keeps its own cache per node, so a new step costs only its own tokens.</summary>
sealed class StepScorer(ILanguageModel model, IScoringEngines engines, IRewardConvention convention) : IDisposable
{
    readonly ScoredTexts _texts = new();

    public ILanguageModel Model => model;
    public bool IsAlive => engines.IsAlive;
    public EngineStatistics Statistics => engines.Statistics;

    /// <summary>Longest sequence in tokens, question included, that the model and its cache can hold.</summary>
    public int MaxSequenceTokens => Math.Min(model.Facts.TrainContext, engines.MaxSequenceTokens);

    public int[] Encode(string question, IReadOnlyList<string> steps) => convention.Encode(question, steps);

    /// <summary>
    /// Scores the last step of <paramref name="tokens"/>, as <see cref="Encode"/> wrote it. An equal text of the same wave costs nothing.
    /// </summary>
    /// <param name="encodedBefore">How many of the tokens were encoded for this search before.</param>
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

    /// <summary>Assigns the scores of a search's next wave to the engines, before the scores are requested.</summary>
    public void Assign(long search, IReadOnlyList<Siblings> wave) =>
        engines.Assign(search, [.. wave.Select(siblings => siblings with { Parent = _texts.Twin(search, siblings.Parent) })]);

    /// <summary>Keeps only the prefixes of these nodes of a search in the cache and releases the others.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        var kept = nodes.Select(node => _texts.Twin(search, node)).ToHashSet();
        _texts.Retain(search, nodes);
        engines.Retain(search, kept);
    }

    public void Dispose() => engines.Dispose();
}
