namespace RebaseBatch.Core.Searching;

/// <summary>Why a branch of the tree ends at a node. The stored nodes and the job's limits tell it, so nothing more is stored.</summary>
enum BranchEnd
{
    /// <summary>It does not: the node is open.</summary>
    None,

    /// <summary>The solution finished.</summary>
    Finished,

    /// <summary>The most steps of a solution.</summary>
    Depth,

    /// <summary>The most tokens of a solution.</summary>
    SolutionTokens,

    /// <summary>Authors' preset only: the most tokens of a step.</summary>
    StepTokens,

    /// <summary>The policy's context was full.</summary>
    PolicyContext,

    /// <summary>The reward model's context could not hold the step.</summary>
    RewardContext,

    /// <summary>Authors' preset only: the step is none by their rules, as it has no text or no tag.</summary>
    NoStep,
}
