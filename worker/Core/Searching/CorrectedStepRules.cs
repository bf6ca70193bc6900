namespace RebaseBatch.Core.Searching;

/// <summary>The default: every step counts and is scored; a step that can't be scored ends its path, but its cost still counts.</summary>
/// <param name="answerMark">A complete step that contains this text ends its solution.</param>
/// <param name="weighsSteps"><see cref="ISearchStrategy.WeighsSteps"/>.</param>
sealed class CorrectedStepRules(string answerMark, bool weighsSteps) : IStepRules
{
    public bool IsJudged(FreshStep step) => true;

    public IReadOnlyList<string> ForReward(IReadOnlyList<string> texts) => texts;

    public NodeState Classify(FreshStep step, bool isScored, SearchLimits limits)
    {
        var answered = step.End == StepEnd.Boundary && step.Text.Contains(answerMark, StringComparison.Ordinal);
        var state = limits.Classify(step.End == StepEnd.EndOfGeneration, answered, step.Depth, step.SolutionTokens);
        // A step that the reward model's context can't hold has no score to compare with its siblings, so it is not continued. An
        // independent chain has no siblings.
        return state == NodeState.Open && weighsSteps && !isScored ? NodeState.Exhausted : state;
    }

    // In the order of Classify: a step that reached a limit ended there, with or without a score.
    public BranchEnd EndOf(IReadOnlyList<SearchNode> path, SearchLimits limits) => path[^1] switch
    {
        { State: NodeState.Finished } => BranchEnd.Finished,
        { State: NodeState.Open } => BranchEnd.None,
        { Depth: var depth } when depth >= limits.MaxDepth => BranchEnd.Depth,
        _ when path.Sum(node => node.Tokens.Length) >= limits.MaxSolutionTokens => BranchEnd.SolutionTokens,
        { Score: null } when weighsSteps => BranchEnd.RewardContext,
        _ => BranchEnd.PolicyContext,
    };
}
