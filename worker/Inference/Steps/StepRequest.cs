using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Steps;

/// <summary>A request to expand a node: one sampled step for each child, all after the same prefix.</summary>
sealed record StepRequest
{
    /// <summary>Number of the search, unique in the process and smaller for an older one.</summary>
    public required long Search { get; init; }

    /// <summary>The prompt's tokens and those of the steps so far.</summary>
    public required int[] Prefix { get; init; }

    /// <summary>How many of the prefix's tokens were encoded for this search before.</summary>
    public int EncodedBefore { get; init; }

    /// <summary>Number of the sampled step, from 1.</summary>
    public required int Depth { get; init; }

    /// <summary>Node number and random numbers of each child.</summary>
    public required IReadOnlyList<(int Node, RandomStream Random)> Children { get; init; }

    /// <summary>What ends each step.</summary>
    public required StepBoundary Boundary { get; init; }

    /// <summary>Sampling temperature; 0 takes the most probable token.</summary>
    public required float Temperature { get; init; }

    /// <summary>Which tokens may be drawn.</summary>
    public SamplingFilter Filter { get; init; } = SamplingFilter.Off;

    /// <summary>Most tokens of one step, at least 1.</summary>
    public required int MaxTokens { get; init; }
}
