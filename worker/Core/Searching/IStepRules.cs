namespace RebaseBatch.Core.Searching;

/// <summary>What a preset makes of a sampled step: whether it is scored, on which text, and where it then stands in the tree.</summary>
interface IStepRules
{
    /// <summary>Whether the reward model is asked about the step.</summary>
    bool IsJudged(FreshStep step);

    /// <summary>The solution's steps as the reward model is shown them.</summary>
    /// <param name="texts">The steps' texts, from the first.</param>
    IReadOnlyList<string> ForReward(IReadOnlyList<string> texts);

    /// <summary>Where the step stands as a node.</summary>
    /// <param name="isScored">Whether it has a score; not, if it was not judged, or if the reward model's context could not hold it.</param>
    NodeState Classify(FreshStep step, bool isScored, SearchLimits limits);
}
