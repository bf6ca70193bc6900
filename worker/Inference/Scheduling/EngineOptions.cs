using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>How one engine schedules its sequences.</summary>
sealed record EngineOptions
{
    /// <summary>Sequences that decode at once, 1 to the context's sequence ids.</summary>
    public int MaxRunning { get; init; } = 64;

    /// <summary>
    /// Sequences of one search that an engine serves well. A larger wave is spread over several engines when there are more engines than
    /// searches.
    /// </summary>
    public int SequencesPerEngine { get; init; } = 16;

    /// <summary>
    /// Free cells per running sequence when another one is admitted, so that all of them can grow a while before one is preempted.
    /// </summary>
    public int HeadroomTokens { get; init; } = 16;

    /// <summary>Where the threads of a decode call come from; null lets every call have its own.</summary>
    public ThreadBudget? Threads { get; init; }

    /// <summary>The output that sequences continue from.</summary>
    public ModelOutput Output { get; init; }

    /// <summary>Threads that share the draws after one call, when there are enough draws.</summary>
    public int SamplingThreads { get; init; } = 1;

    /// <summary>Threads of one decode call.</summary>
    public int ThreadsPerCall { get; init; } = 1;

    /// <summary>Most threads of one decode call, when the other engines have no work.</summary>
    public int MostThreadsPerCall { get; init; } = 1;

    /// <summary>Tokens of a call beyond which a further sequence does not make it faster by the token.</summary>
    public int EnoughTokens { get; init; } = 64;
}
