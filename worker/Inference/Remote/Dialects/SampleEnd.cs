namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>Why a server stopped sampling.</summary>
enum SampleEnd
{
    /// <summary>It does not say.</summary>
    Unknown,

    /// <summary>The most tokens that it was asked for, or that its context holds.</summary>
    Limit,

    /// <summary>The stop text appeared.</summary>
    Stop,

    EndOfGeneration,

    /// <summary>It gave the request up, because it restarts or is overloaded. What it sampled is no step.</summary>
    Aborted,
}
