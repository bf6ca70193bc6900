using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>When a search may end because its job's own answer is decided, and about how much that saves.</summary>
static class DecidedVote
{
    /// <summary>
    /// Whether nothing that can still finish changes the job's own vote on the tree (<see cref="EarlyStop"/>). It depends on the job and
    /// the tree alone: so a resumed search ends where it would have ended without the interruption.
    /// </summary>
    public static bool Stands(JobSpec spec, ISearchStrategy strategy, SearchTree tree)
    {
        if (!spec.StopWhenDecided) return false;
        var remaining = strategy.MostFurtherCandidates(tree);
        // No solution weighs more than 1. So a decided lead takes more finished solutions than can still come; otherwise the answers need
        // not be read.
        return tree.Nodes.Count(node => node.State == NodeState.Finished) > remaining
            && Voting.OwnClassWeights(Candidates.Of(tree, AnswerExtractor.Extract), spec, scored: strategy.NeedsReward) is { } weights
            && EarlyStop.VoteIsDecided(weights, remaining);
    }

    /// <summary>
    /// An estimate of the tokens that the rest of the search would have sampled: the number of solutions that could still finish, times the
    /// mean length of the finished ones less the mean length of the paths to continue. Rather too low, because short solutions finish
    /// first.
    /// </summary>
    /// <param name="wave">The steps planned next, at least one.</param>
    public static long SavedTokens(SearchTree tree, IReadOnlyList<PlannedStep> wave, int remaining)
    {
        var finished = tree.Nodes.Where(node => node.State == NodeState.Finished).Select(node => Tokens(tree, node.No))
            .DefaultIfEmpty().Average();
        var open = wave.Average(step => Tokens(tree, step.ParentNo));
        return (long)Math.Round(remaining * Math.Max(0, finished - open));
    }

    static int Tokens(SearchTree tree, int no) => tree.Path(no).Sum(node => node.Tokens.Length);
}
