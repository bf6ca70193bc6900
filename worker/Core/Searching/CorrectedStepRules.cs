namespace RebaseBatch.Core.Searching;

/// <summary>The default: each step counts and is judged, and an unscored one ends its branch without being lost from the books.</summary>
/// <param name="answerMark">A complete step that holds this text ends its solution.</param>
/// <param name="weighsSteps">Whether the strategy weighs steps against each other by their scores.</param>
sealed class CorrectedStepRules(string answerMark, bool weighsSteps) : IStepRules
{
    public bool IsJudged(FreshStep step) => true;

    public IReadOnlyList<string> ForReward(IReadOnlyList<string> texts) => texts;

    public NodeState Classify(FreshStep step, bool isScored, SearchLimits limits)
    {
        var answered = step.End == StepEnd.Boundary && step.Text.Contains(answerMark, StringComparison.Ordinal);
        var state = limits.Classify(step.End == StepEnd.EndOfGeneration, answered, step.Depth, step.SolutionTokens);
        // What the reward model can't hold can't be weighed against its siblings: it is not continued. A chain of its own has none.
        return state == NodeState.Open && weighsSteps && !isScored ? NodeState.Exhausted : state;
    }
}
