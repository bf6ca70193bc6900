namespace RebaseBatch.Core.Searching;

/// <summary>One sampled and scored step. Immutable: a node is stored once and never changes.</summary>
sealed record SearchNode
{
    /// <summary>Dense, 1-based, in planning order; 0 is the prompt, which is not stored.</summary>
    public required int No { get; init; }

    /// <summary>Number of the step it continues; 0 for a first step.</summary>
    public required int ParentNo { get; init; }

    /// <summary>1 for the first step.</summary>
    public required int Depth { get; init; }

    /// <summary>Rank among the children of its parent, from 0 over all waves that expand it.</summary>
    public required int ChildIndex { get; init; }

    public required NodeState State { get; init; }

    /// <summary>The step's policy tokens, boundary included; without end-of-generation.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>The tokens as text.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// Reward of the step, 0 to 1; null in an unscored search, for a step that the strategy does not score, or when the reward model's
    /// context could not hold it.
    /// </summary>
    public double? Score { get; init; }

    /// <summary>
    /// The direction of the whole text up to here, as <see cref="UnitVector.Of"/> makes it; null for a node that is not open, in a search
    /// without an embedding model, and for a text that has none.
    /// </summary>
    public Half[]? Embedding { get; init; }

    public StepCost Cost { get; init; }

    /// <summary>Whether it is a step of a rollout, and so of no solution.</summary>
    public bool IsRollout => State is NodeState.Rollout or NodeState.RolloutEnd;
}
