using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// The reward model as searches see it: solutions go in, scores come out. Thread-safe. This is the port to whatever scores: engines of this
/// process or a server. Every implementation passes the same conformance suite.
/// </summary>
interface IStepScorer : IDisposable
{
    /// <summary>The model's vocabulary and facts. For a model on a server it opens no context.</summary>
    ILanguageModel Model { get; }

    /// <summary>False once it serves nothing more and has to be loaded again.</summary>
    bool IsAlive { get; }

    EngineStatistics Statistics { get; }

    /// <summary>Longest sequence in tokens, question included, that the model and its cache can hold.</summary>
    int MaxSequenceTokens { get; }

    /// <summary>What to do when <see cref="MaxSequenceTokens"/> is too few: words for an error sentence.</summary>
    string LargerContext { get; }

    /// <summary>Tokens of the question and all steps, as the model's convention writes them.</summary>
    int[] Encode(string question, IReadOnlyList<string> steps);

    /// <summary>Scores the last step of <paramref name="tokens"/>, as <see cref="Encode"/> wrote it.</summary>
    /// <param name="encodedBefore">How many of the tokens were encoded for this search before.</param>
    /// <exception cref="ModelFaultException">The model can't serve this text.</exception>
    /// <exception cref="EngineFaultException">The model serves nobody any more.</exception>
    Task<StepScore> ScoreAsync(long search, int node, int[] tokens, int encodedBefore, CancellationToken ct);

    /// <summary>Says which steps a search's next wave has, before the scores are requested, so that they can be spread.</summary>
    void Assign(long search, IReadOnlyList<Siblings> wave);

    /// <summary>
    /// Keeps only the prefixes of these nodes of a search in the cache and releases the others; with no node the search is over.
    /// </summary>
    void Retain(long search, IReadOnlySet<int> nodes);
}
