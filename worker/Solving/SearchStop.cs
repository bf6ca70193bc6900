using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;

namespace RebaseBatch.Solving;

/// <summary>
/// Decides before each wave whether a search ends early: at a limit of its own, at a limit of its job, or because its vote is decided.
/// </summary>
/// <param name="secondsBefore">What earlier attempts spent on the search.</param>
/// <param name="policyParameters">Number of parameters of the job's policy, for the FLOPs.</param>
/// <param name="job">What the whole job has spent; null when the job has no limits.</param>
/// <param name="deadline">When the job's searches end; null when the job has no deadline.</param>
sealed class SearchStop(
    JobSpec spec, ISearchStrategy strategy, double secondsBefore, long policyParameters, TimeProvider time, BatchSpending? job,
    SearchDeadline? deadline = null)
{
    readonly long _started = time.GetTimestamp();

    readonly IAnswerRules _rules = AnswerRules.Of(spec);

    readonly SearchBudget _budget = new(
        spec.MaxTokensPerProblem, spec.MaxFlopsPerProblem, spec.MaxSecondsPerProblem, deadline?.At);

    /// <summary>The outcome of the search if it ends here; null if <paramref name="wave"/> is sampled next.</summary>
    public async ValueTask<SearchOutcome?> BeforeAsync(IReadOnlyList<PlannedStep> wave, SearchTree tree, CancellationToken ct)
    {
        if (_budget.Reached(Spent(tree)) is { } limit) return new(tree, EarlyEnd.Of(limit));
        if (job is not null && await job.ReachedAsync(policyParameters, ct) is { } jobLimit) return new(tree, EarlyEnd.Of(jobLimit));
        var reason = DecidedVote.Stands(spec, _rules, strategy, tree) ? EarlyEnd.Decided
            : DecidedVote.IsConfident(spec, _rules, tree) ? EarlyEnd.Confident : null;
        if (reason is null) return null;
        var remaining = strategy.MostFurtherCandidates(tree);
        return new(tree, reason,
            DecidedVote.SavedTokens(tree, wave, remaining, notBegun: strategy is RollingSampling ? remaining - wave.Count : 0));
    }

    Spending Spent(SearchTree tree)
    {
        var sampled = tree.Nodes.Sum(n => (long)n.Cost.Sampled);
        var seconds = secondsBefore + time.GetElapsedTime(_started).TotalSeconds;
        return new(sampled, Flops.Of(policyParameters, sampled), seconds, deadline?.Now ?? 0);
    }
}
