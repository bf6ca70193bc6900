using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>
/// The policy as searches see it: prefixes go in, steps come out. Thread-safe. This is the port to whatever samples: engines of this
/// process or a server. Every implementation passes the same conformance suite.
/// </summary>
interface IStepSampler : IDisposable
{
    /// <summary>The model's vocabulary and facts. For a model on a server it opens no context.</summary>
    ILanguageModel Model { get; }

    /// <summary>False once it serves nothing more and has to be loaded again.</summary>
    bool IsAlive { get; }

    EngineStatistics Statistics { get; }

    /// <summary>Longest sequence in tokens, prompt included, that the model and its cache can hold.</summary>
    int MaxSequenceTokens { get; }

    /// <summary>What to do when <see cref="MaxSequenceTokens"/> is too few: words for an error sentence.</summary>
    string LargerContext { get; }

    /// <summary>Samples the request's children; each task ends as soon as its own step does.</summary>
    /// <returns>One task per child, in the request's order. A task fails with <see cref="ModelFaultException"/> when the model can't serve
    /// it, and with <see cref="EngineFaultException"/> when the model serves nobody any more.</returns>
    IReadOnlyList<Task<SampledStep>> Sample(StepRequest request, CancellationToken ct);

    /// <summary>Says which steps a search's next wave has, before the steps are requested, so that they can be spread.</summary>
    void Assign(long search, IReadOnlyList<Siblings> wave);

    /// <summary>
    /// Keeps only the prefixes of these nodes of a search in the cache and releases the others; with no node the search is over.
    /// </summary>
    void Retain(long search, IReadOnlySet<int> nodes);
}
