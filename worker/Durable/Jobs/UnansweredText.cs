using System.Globalization;
using System.Text;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Durable.Jobs;

/// <summary>What people read about a job's missing answers.</summary>
static class UnansweredText
{
    // Of a shorter line all is shown. The answer stands at a line's end.
    const int LongestLine = 120;

    /// <summary>Whether a job is to be warned of: at least a tenth of the problems that did not fail have no answer.</summary>
    public static bool IsMuch(JobProgress job) => job.Unanswered > 0 && 10L * job.Unanswered >= job.Answered - job.Failed;

    /// <summary>Whether the job goes on although not one of its problems so far has an answer.</summary>
    public static bool IsSilent(JobProgress job) =>
        job is { FinishedAt: null, Unanswered: > 0 } && job.Unanswered == job.Answered - job.Failed;

    /// <summary>
    /// The causes with their numbers, the most frequent first: <c>no answer found in 96 of 96 solutions (24 problems)</c>.
    /// </summary>
    public static string Causes(IReadOnlyList<UnansweredRecord> causes) => string.Join("; ", causes.Select(Cause));

    /// <summary>A warning in one sentence with the way out, and a line for each sample.</summary>
    /// <param name="job">A job with missing answers.</param>
    public static string Warning(JobProgress job, IReadOnlyList<UnansweredSample> samples) => string.Join('\n',
    [
        $"{HumanText.Of(job.Unanswered)} of {Problems(job.Answered - job.Failed)} of job {job.JobId} have no answer: {Explained(job)}",
        .. samples.Select(sample => $"  {Escaped(sample.CustomId)} ended with: {LastLine(sample.Text)}"),
    ]);

    /// <summary>The causes and the way out of the first one.</summary>
    public static string Explained(JobProgress job) =>
        job.UnansweredCauses is [var first, ..] ? $"{Causes(job.UnansweredCauses)}; {WayOut(first.Cause)}" : "";

    /// <summary>The last line with text, without control characters; the end of a long one.</summary>
    public static string LastLine(string text)
    {
        var line = text.Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim() ?? "";
        if (line.Length > LongestLine)
        {
            // Not between the two halves of a surrogate pair.
            var start = line.Length - LongestLine;
            line = $"…{line[(char.IsLowSurrogate(line[start]) ? start + 1 : start)..]}";
        }
        return line.Length == 0 ? "(no text)" : $"'{Escaped(line)}'";
    }

    static string Cause(UnansweredRecord cause)
    {
        var share = cause.OfSolutions > 0
            ? $"{HumanText.Of(cause.Solutions)} of {HumanText.Of(cause.OfSolutions)} solutions" : "the solutions";
        var text = cause.Cause switch
        {
            UnansweredCause.NoAnswerFound => $"no answer found in {share}",
            UnansweredCause.SolutionTokens => $"{share} cut off at max_solution_tokens",
            UnansweredCause.Depth => $"{share} cut off at max_depth",
            UnansweredCause.StepTokens => $"{share} cut off at max_step_tokens",
            UnansweredCause.PolicyContext => $"{share} filled the policy's context",
            UnansweredCause.RewardContext => $"{share} did not fit the reward model's context",
            UnansweredCause.EndedEarly => "a limit, the deadline or the budget ended the search before a solution finished",
            UnansweredCause.NoneFinished => "no solution finished",
            _ => "the cause is not known",
        };
        return $"{text} ({Problems(cause.Problems)})";
    }

    static string WayOut(UnansweredCause cause) => cause switch
    {
        UnansweredCause.NoAnswerFound =>
            "the policy states its answers in a form that is not read: give this form to 'jobs enqueue' as --answer-pattern, or choose the "
                + "model's Prompt that asks for a known form",
        UnansweredCause.SolutionTokens => "enqueue it with a greater --max-solution-tokens",
        UnansweredCause.Depth => "enqueue it with a greater --max-depth",
        UnansweredCause.StepTokens => "enqueue it with a greater --max-step-tokens",
        UnansweredCause.PolicyContext => "raise Inference:ContextCells, or take a policy with a larger context",
        UnansweredCause.RewardContext =>
            "raise Inference:ContextCells, take a reward model with a larger context, or enqueue it with a smaller --max-solution-tokens",
        UnansweredCause.EndedEarly => "enqueue it with the limit raised that 'results show' names as ended early",
        UnansweredCause.NoneFinished => "enqueue it with a greater --width",
        _ => "the answers are of an earlier version, and the same problems in a new job tell it",
    };

    static string Problems(int count) => count == 1 ? "1 problem" : $"{HumanText.Of(count)} problems";

    /// <summary>Characters that move a terminal's cursor, change its colours or the direction of text, as their numbers.</summary>
    static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else escaped.Append(rune.ToString());
        }
        return escaped.ToString();
    }
}
