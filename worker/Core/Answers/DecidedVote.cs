using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>When a search may end because its job's own answer stands, and about what that saves.</summary>
static class DecidedVote
{
    /// <summary>
    /// Whether nothing that can still finish changes the job's own vote on the tree (<see cref="EarlyStop"/>). Of the job and the tree alone,
    /// so that a resumed search ends where it would have ended uninterrupted.
    /// </summary>
    public static bool Stands(JobSpec spec, ISearchStrategy strategy, SearchTree tree)
    {
        if (!spec.StopWhenDecided) return false;
        var remaining = strategy.MostFurtherCandidates(tree);
        // No solution weighs more than 1, so that a lead above all that can come takes more solutions than that: only then are answers read.
        return tree.Nodes.Count(node => node.State == NodeState.Finished) > remaining
            && Voting.OwnClassWeights(Candidates.Of(tree, AnswerExtractor.Extract), spec, scored: strategy.NeedsReward) is { } weights
            && EarlyStop.VoteIsDecided(weights, remaining);
    }

    /// <summary>
    /// An estimate of the tokens that the rest of the search would have sampled: for each solution that could still finish what those that
    /// did are longer, in the mean, than the paths that were to be continued. Rather too low, as short solutions finish first.
    /// </summary>
    /// <param name="wave">The steps planned next, at least one.</param>
    public static long SavedTokens(SearchTree tree, IReadOnlyList<PlannedStep> wave, int remaining)
    {
        var finished = tree.Nodes.Where(node => node.State == NodeState.Finished).Select(node => Tokens(tree, node.No)).DefaultIfEmpty().Average();
        var open = wave.Average(step => Tokens(tree, step.ParentNo));
        return (long)Math.Round(remaining * Math.Max(0, finished - open));
    }

    static int Tokens(SearchTree tree, int no) => tree.Path(no).Sum(node => node.Tokens.Length);
}
