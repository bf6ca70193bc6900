using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching;

/// <summary>The limits of a step and of a solution.</summary>
/// <param name="MaxStepTokens">Most tokens of one step.</param>
/// <param name="MaxSolutionTokens">Most tokens along a path.</param>
/// <param name="MaxDepth">Most steps along a path.</param>
sealed record SearchLimits(int MaxStepTokens, int MaxSolutionTokens, int MaxDepth)
{
    public static SearchLimits Of(JobSpec spec) => new(spec.MaxStepTokens, spec.MaxSolutionTokens, spec.MaxDepth);

    /// <summary>The state of a new node. A solution that ends exactly at a limit is finished, and not exhausted.</summary>
    /// <param name="endOfGeneration">The policy ended its text, with or without an answer.</param>
    /// <param name="answered">The step, complete up to its boundary, states the answer.</param>
    /// <param name="depth">The node's depth, 1 for a first step.</param>
    /// <param name="solutionTokens">Tokens from the first step up to and with this one.</param>
    public NodeState Classify(bool endOfGeneration, bool answered, int depth, int solutionTokens) =>
        endOfGeneration || answered ? NodeState.Finished
        : depth >= MaxDepth || solutionTokens >= MaxSolutionTokens ? NodeState.Exhausted
        : NodeState.Open;

    /// <summary>
    /// How many tokens the next step may have after <paramref name="solutionTokensSoFar"/>; 0 when the solution has none left.
    /// </summary>
    public int StepTokens(int solutionTokensSoFar) => Math.Clamp(MaxSolutionTokens - solutionTokensSoFar, 0, MaxStepTokens);
}
