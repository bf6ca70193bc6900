namespace RebaseBatch.Core.Searching.Authors;

/// <summary>
/// The authors' rules for a step (thu-wyz/inference_scaling, rebase.py, insert and TreeNode). Their server scores a step
/// where the policy itself wrote the reward model's tag; a step without a tag is dropped at once. A remaining step is a leaf when the whole
/// text so far, including the question, contains "The answer is" anywhere, however the step ended. End-of-generation ends nothing: without
/// those words the node is expanded again.
/// <para>
/// Their policies were trained on tagged text. The bundled policies write no tags. For them a step counts as tagged where a
/// tagging policy would have written the tag: when the step ended by the boundary or by end-of-generation and has some text. A step that
/// its token limit cut off does not count. The solution so far tells which kind the policy is: the first tag in it decides for the rest.
/// </para>
/// </summary>
sealed class AuthorsStepRules : IStepRules
{
    /// <summary>Tag of the Math-Shepherd convention, token 8094 of their reward model.</summary>
    public const string Tag = "ки";

    const string AnswerMark = "The answer is";

    public bool IsJudged(FreshStep step) =>
        step.Text.Contains(Tag, StringComparison.Ordinal)
        || (step.End != StepEnd.Limit && !string.IsNullOrWhiteSpace(step.Text)
            && !step.Path.Any(node => node.Text.Contains(Tag, StringComparison.Ordinal)));

    /// <summary>
    /// Up to the last tag and cut at each tag, because their reward model scores the text as the policy wrote it. Text without tags stays
    /// as it is, and the reward convention adds the tags.
    /// </summary>
    public IReadOnlyList<string> ForReward(IReadOnlyList<string> texts) =>
        texts.Any(text => text.Contains(Tag, StringComparison.Ordinal)) ? string.Concat(texts).Split(Tag)[..^1] : texts;

    public NodeState Classify(FreshStep step, bool isScored, SearchLimits limits) =>
        !isScored ? NodeState.Dropped
        : (step.Question + string.Concat(step.Path.Select(node => node.Text)) + step.Text).Contains(AnswerMark, StringComparison.Ordinal)
        ? NodeState.Finished
        : limits.Classify(endOfGeneration: false, answered: false, step.Depth, step.SolutionTokens);

    public BranchEnd EndOf(IReadOnlyList<SearchNode> path, SearchLimits limits)
    {
        var last = path[^1];
        var tokens = path.Sum(node => node.Tokens.Length);
        return last.State switch
        {
            NodeState.Finished => BranchEnd.Finished,
            NodeState.Open => BranchEnd.None,
            NodeState.Exhausted when last.Depth >= limits.MaxDepth => BranchEnd.Depth,
            _ when tokens >= limits.MaxSolutionTokens => BranchEnd.SolutionTokens,
            NodeState.Exhausted => BranchEnd.PolicyContext,
            _ when last.Text.Contains(Tag, StringComparison.Ordinal) => BranchEnd.RewardContext,
            _ when last.Tokens.Length >= limits.MaxStepTokens => BranchEnd.StepTokens,
            _ when string.IsNullOrWhiteSpace(last.Text) || path.Any(node => node.Text.Contains(Tag, StringComparison.Ordinal))
                => BranchEnd.NoStep,
            _ => BranchEnd.RewardContext,
        };
    }
}
