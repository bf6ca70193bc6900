using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// Why a problem has no answer. It depends on the tree, the job and the end of the search only, so a resumed search says what the same
/// search says without an interruption.
/// </summary>
static class Unanswered
{
    // Of causes with equal numbers the first counts.
    static readonly UnansweredCause[] s_ofSolutions =
    [
        UnansweredCause.NoAnswerFound, UnansweredCause.SolutionTokens, UnansweredCause.Depth, UnansweredCause.StepTokens,
        UnansweredCause.PolicyContext, UnansweredCause.RewardContext, UnansweredCause.EndedEarly,
    ];

    /// <summary>How the tree's solutions ended that gave no answer.</summary>
    /// <param name="candidates">The tree's finished solutions.</param>
    /// <param name="answered">Whether the problem has an answer.</param>
    /// <param name="endedEarly">Whether the search ended before it was complete.</param>
    /// <param name="limits">Those of the job.</param>
    public static SolutionEnds EndsOf(
        SearchTree tree, IReadOnlyList<Candidate> candidates, bool answered, bool endedEarly, IStepRules rules, SearchLimits limits)
    {
        // A rollout is no solution.
        var nodes = tree.Nodes.Where(node => !node.IsRollout).ToList();
        var parents = nodes.Select(node => node.ParentNo).ToHashSet();
        var ends = nodes.Where(node => !parents.Contains(node.No)).Select(node => rules.EndOf(tree.Path(node.No), limits))
            .CountBy(end => end).ToDictionary();
        return new()
        {
            NoAnswerFound = WithoutAnswer(candidates.Select(candidate => candidate.Answer), answered),
            SolutionTokens = ends.GetValueOrDefault(BranchEnd.SolutionTokens),
            Depth = ends.GetValueOrDefault(BranchEnd.Depth),
            StepTokens = ends.GetValueOrDefault(BranchEnd.StepTokens),
            PolicyContext = ends.GetValueOrDefault(BranchEnd.PolicyContext),
            RewardContext = ends.GetValueOrDefault(BranchEnd.RewardContext),
            EndedEarly = endedEarly ? ends.GetValueOrDefault(BranchEnd.None) : 0,
        };
    }

    /// <summary>
    /// The number of solutions in which no answer was found. Of a problem without an answer these are all, also those whose answer is text
    /// without a meaning.
    /// </summary>
    /// <param name="answers">The answer of each finished solution.</param>
    public static int WithoutAnswer(IEnumerable<string?> answers, bool answered) => answers.Count(answer => !answered || answer is null);

    /// <summary>The main cause: the way in which most solutions ended.</summary>
    /// <param name="ends">Null when they were not counted.</param>
    /// <param name="withoutAnswer">Finished solutions in which no answer was found.</param>
    /// <param name="endedBy">As in <see cref="AnswerRecord.EndedBy"/>.</param>
    public static UnansweredCause CauseOf(SolutionEnds? ends, int withoutAnswer, string? endedBy) =>
        // As in explain_unanswered of script 0013.
        ends is null && withoutAnswer > 0 ? UnansweredCause.NoAnswerFound
        : ends is { Sum: > 0 } ? s_ofSolutions.MaxBy(ends.Of)
        : endedBy is not null ? UnansweredCause.EndedEarly
        : ends is null ? UnansweredCause.Unknown
        : UnansweredCause.NoneFinished;
}
