using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// A reward model on a server. Of a convention with labels, the server samples one token behind the text and says how probable the two
/// labels were there; the score is the good one's share, as in process. The text's beginning comes from the server's prefix cache. A model
/// with a head is asked for its classes, and then the server encodes the whole text for each score.
/// </summary>
/// <param name="name">The model as jobs name it.</param>
/// <param name="vocabulary">The model's vocabulary; it opens no context. Whoever loaded it disposes it.</param>
/// <param name="judging">How the server is asked.</param>
/// <param name="maxTokens">Longest sequence of the server.</param>
sealed class RemoteScorer(
    string name, ILanguageModel vocabulary, IRewardConvention convention, RemoteJudging judging, int maxTokens, EndpointPool pool)
    : IStepScorer
{
    readonly RemoteCounters _counters = new();
    readonly ScoredTexts _texts = new();
    volatile bool _disposed;

    public ILanguageModel Model => vocabulary;
    public bool IsAlive => !_disposed && pool.IsAlive;
    public EngineStatistics Statistics => _counters.Statistics;

    public string LargerContext => RemoteContext.Larger(name);

    /// <summary>One less than the server's context: it samples one token behind the text.</summary>
    public int MaxSequenceTokens => maxTokens - 1;

    public int[] Encode(string question, IReadOnlyList<string> steps) => convention.Encode(question, steps);

    /// <remarks>An equal text of the same wave costs nothing.</remarks>
    public Task<StepScore> ScoreAsync(long search, int node, int[] tokens, int encodedBefore, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        if (tokens.Length > MaxSequenceTokens)
            return Task.FromException<StepScore>(new ModelFaultException($"{tokens.Length} tokens do not fit the context of '{name}' on "
                + $"its server, which has {maxTokens}, one of them for the score: {LargerContext}"));
        return _texts.GetOrScore(search, node, tokens, () => AskAsync(search, tokens, encodedBefore, ct));
    }

    public void Assign(long search, IReadOnlyList<Siblings> wave)
    {
    }

    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        _texts.Retain(search, nodes);
        if (nodes.Count == 0) pool.Leave(search);
    }

    public void Dispose()
    {
        _disposed = true;
        pool.Dispose();
    }

    async Task<StepScore> AskAsync(long search, int[] tokens, int encodedBefore, CancellationToken ct)
    {
        using var document = await _counters.Watch(pool.SendAsync(search, judging.Request(tokens), ct));
        var reply = judging.Read(document.RootElement);
        // The token that the server draws is not evaluated.
        var cost = RemoteCost.Of(reply.Usage, tokens.Length, encodedBefore, sampled: 0);
        _counters.Add(cost.Evaluated, cost.Reencoded);
        return new(Score.OfLabels(reply.Good, reply.Bad), cost);
    }
}
