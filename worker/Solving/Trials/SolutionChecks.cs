using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Solving.Trials;

/// <summary>Whether a policy's step boundary, answer mark and answer form fit what it writes.</summary>
static class SolutionChecks
{
    const string Boundary = "step boundary", Answer = "answer", Score = "score";

    /// <param name="spec">The limits that the solution had, and whether a reward model scored it.</param>
    /// <param name="ended">Whether the solution ended, by the policy or by the answer mark, and not at a limit.</param>
    public static IEnumerable<TrialCheck> Of(
        PromptPreset prompt, JobSpec spec, IReadOnlyList<TrialStep> steps, bool ended, FoundAnswer? answer)
    {
        if (steps.All(step => string.IsNullOrWhiteSpace(step.Text)))
        {
            yield return TrialCheck.Fails(Boundary, "the policy wrote no step: it ended its text at once, so the prompt is not one that it "
                + "was trained on; name another Prompt");
            yield break;
        }

        yield return BoundaryOf(prompt, steps);
        yield return AnswerOf(prompt, spec, steps, ended, answer);
        if (spec.Reward is null) yield break;
        var unscored = steps.Count(step => step.Score is null);
        if (unscored > 0)
            yield return TrialCheck.Advice(Score, $"{unscored} of {steps.Count} steps have no score: question and steps do not fit into "
                + "the reward model's context; raise Rebase:Inference:ContextCells, or take a reward model with a larger one");
    }

    static TrialCheck BoundaryOf(PromptPreset prompt, IReadOnlyList<TrialStep> steps)
    {
        var mark = Shown(prompt.Boundary);
        var met = steps.Count(step => step.End == StepEnd.Boundary);
        if (met > 0) return TrialCheck.Ok(Boundary, $"{met} of {steps.Count} steps end at {mark}");
        var other = Other(prompt.Boundary, string.Concat(steps.Select(step => step.Text)));
        var wayOut = other is null ? "set StepBoundary to what the policy writes between steps" : $"set StepBoundary to {other}";
        return steps.All(step => step.End == StepEnd.Limit)
            ? TrialCheck.Advice(Boundary, $"every step ends at the limit of tokens, and none at {mark}: {wayOut}")
            : TrialCheck.Advice(Boundary,
                $"the whole solution is one step, because {mark} never came: if the question takes several steps, {wayOut}");
    }

    static TrialCheck AnswerOf(PromptPreset prompt, JobSpec spec, IReadOnlyList<TrialStep> steps, bool ended, FoundAnswer? answer)
    {
        if (answer is not null)
            return TrialCheck.Ok(Answer, $"'{answer.Answer}', stated as in: {answer.Form.Source}");
        var text = string.Concat(steps.Select(step => step.Text)).TrimEnd();
        if (ended)
            return TrialCheck.Fails(Answer, "no answer found: the solution states its answer in no known form, such as 'The answer is ...' "
                + "or \\boxed{...}; have the policy trained or prompted for one of them");
        var stated = AnswerExtractor.Find(text) is { } found
            ? $", although it states '{found.Answer}': set AnswerMark to the text that comes with the policy's answer"
            : $": set AnswerMark to the text that comes with the policy's answer, or raise the limits of a job";
        return TrialCheck.Fails(Answer, $"no answer found: the solution of {steps.Sum(step => step.Tokens)} tokens in {steps.Count} steps "
            + $"never ended by itself or with the answer mark '{prompt.AnswerMark}' (limits: {spec.MaxSolutionTokens} tokens, "
            + $"{spec.MaxDepth} steps){stated}");
    }

    static string Shown(StepBoundary boundary) =>
        boundary.Numbered ? $"'{boundary.Mark} k:'"
        : boundary == StepBoundary.Line ? "a line break"
        : boundary == StepBoundary.Paragraph ? "an empty line"
        : $"'{boundary.Mark.ReplaceLineEndings("\\n")}'";

    /// <summary>A named boundary that the text has between its parts; null when it has none.</summary>
    static string? Other(StepBoundary boundary, string text)
    {
        text = text.Trim();
        return boundary != StepBoundary.Paragraph && text.Contains("\n\n", StringComparison.Ordinal) ? "paragraph"
            : boundary != StepBoundary.NumberedStep && text.Contains("Step 2:", StringComparison.Ordinal) ? "numbered"
            : boundary != StepBoundary.Line && text.Contains('\n', StringComparison.Ordinal) ? "line" : null;
    }
}
