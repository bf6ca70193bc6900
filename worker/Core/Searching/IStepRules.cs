namespace RebaseBatch.Core.Searching;

/// <summary>How a preset treats a sampled step: whether it is scored, on which text, and what state it gets in the tree.</summary>
interface IStepRules
{
    /// <summary>Whether the reward model scores the step.</summary>
    bool IsJudged(FreshStep step);

    /// <summary>The solution's steps in the form that the reward model reads.</summary>
    /// <param name="texts">The steps' texts, from the first.</param>
    IReadOnlyList<string> ForReward(IReadOnlyList<string> texts);

    /// <summary>The state of the step as a node.</summary>
    /// <param name="isScored">Whether it has a score. It has none if it was not judged, or if the reward model's context could not hold
    /// it.</param>
    NodeState Classify(FreshStep step, bool isScored, SearchLimits limits);

    /// <summary>Why the branch ends at the path's last node.</summary>
    /// <param name="path">The nodes from the first step, at least one.</param>
    /// <param name="limits">Those of the job, without what the policy's context takes away.</param>
    BranchEnd EndOf(IReadOnlyList<SearchNode> path, SearchLimits limits);
}
