namespace RebaseBatch.Core.Searching.Authors;

/// <summary>
/// The authors' rules for a step (thu-wyz/inference_scaling, rebase.py, insert and TreeNode). Their server scores a step where the policy itself wrote
/// the reward model's tag; a step without one is dropped before it is looked at. What remains is a leaf when the whole text so far,
/// question included, holds "The answer is" anywhere, however the step ended. End-of-generation ends nothing: without those words the
/// node is expanded again.
/// <para>
/// Their policies were trained on tagged text. For one that writes no tags, as the bundled ones, a step counts as tagged where such a policy
/// would have written one: when it came to its end, by the boundary or by end-of-generation, with some text. One that its token limit
/// cut off does not. Which kind a policy is, is read from the solution so far: the first tag in it decides for the rest of it.
/// </para>
/// </summary>
sealed class AuthorsStepRules : IStepRules
{
    /// <summary>Tag of the Math-Shepherd convention, token 8094 of their reward model.</summary>
    public const string Tag = "ки";

    const string AnswerMark = "The answer is";

    public bool IsJudged(FreshStep step) =>
        step.Text.Contains(Tag, StringComparison.Ordinal)
        || (step.End != StepEnd.Limit && !string.IsNullOrWhiteSpace(step.Text) && !step.Path.Any(node => node.Text.Contains(Tag, StringComparison.Ordinal)));

    /// <summary>
    /// Up to the last tag and cut at each, as their reward model reads its scores off the text as the policy wrote it. Text without tags stays as it is, and the
    /// convention adds them.
    /// </summary>
    public IReadOnlyList<string> ForReward(IReadOnlyList<string> texts) =>
        texts.Any(text => text.Contains(Tag, StringComparison.Ordinal)) ? string.Concat(texts).Split(Tag)[..^1] : texts;

    public NodeState Classify(FreshStep step, bool isScored, SearchLimits limits) =>
        !isScored ? NodeState.Dropped
        : (step.Question + string.Concat(step.Path.Select(node => node.Text)) + step.Text).Contains(AnswerMark, StringComparison.Ordinal) ? NodeState.Finished
        : limits.Classify(endOfGeneration: false, answered: false, step.Depth, step.SolutionTokens);
}
