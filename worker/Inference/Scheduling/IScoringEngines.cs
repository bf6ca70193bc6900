namespace RebaseBatch.Inference.Scheduling;

/// <summary>What decodes the texts that a reward model scores.</summary>
interface IScoringEngines : IDisposable
{
    /// <summary>False once one of them has stopped: its searches would wait forever.</summary>
    bool IsAlive { get; }

    /// <summary>Longest sequence in tokens that they can serve.</summary>
    int MaxSequenceTokens { get; }

    EngineStatistics Statistics { get; }

    /// <summary>Says which nodes a search's next wave has, before they are requested.</summary>
    void Assign(long search, IReadOnlyList<Siblings> wave);

    /// <summary>Takes the request for a node in. It never blocks; the request itself ends with the score or with the reason.</summary>
    /// <param name="request">A request of one sequence.</param>
    void Submit(int node, DecodeRequest request);

    /// <summary>Releases what is kept of a search, except the prefixes that end at <paramref name="nodes"/>.</summary>
    void Retain(long search, IReadOnlySet<int> nodes);
}
