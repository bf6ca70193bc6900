using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>Decides when a search may end because its job's own answer can't change any more, and estimates how much that saves.</summary>
static class DecidedVote
{
    /// <summary>What results call a search that ended because nothing could change its job's own answer any more.</summary>
    public const string Decided = "decided";

    /// <summary>What results call a search that ended because its leading answer had the probability that the job asks for.</summary>
    public const string Confident = "confident";

    /// <summary>
    /// Whether no solution that can still finish can change the job's own vote on the tree (<see cref="EarlyStop"/>). It depends only on
    /// the job and the tree, so a resumed search ends where it would have ended without the interruption.
    /// </summary>
    /// <param name="rules">Those of the job. Only the authors' rules read the question, and their votes are never decided early.</param>
    public static bool Stands(JobSpec spec, IAnswerRules rules, ISearchStrategy strategy, SearchTree tree)
    {
        if (!spec.StopWhenDecided) return false;
        var remaining = strategy.MostFurtherCandidates(tree);
        // No solution weighs more than 1. So the vote can only be decided when more solutions have finished than can still finish;
        // otherwise the answers need not be read.
        return tree.Nodes.Count(node => node.State == NodeState.Finished) > remaining
            && Voting.OwnClassWeights(
                Candidates.Of(tree, solution => rules.Extract(question: "", solution)), spec, scored: strategy.NeedsReward) is { } weights
            && EarlyStop.VoteIsDecided(weights, remaining);
    }

    /// <summary>
    /// Whether the job asks for a stop at a confidence and the leading answer has it (<see cref="AdaptiveConsistency"/>). It depends only
    /// on the job and the tree.
    /// </summary>
    /// <param name="rules">Those of the job.</param>
    public static bool IsConfident(JobSpec spec, IAnswerRules rules, SearchTree tree) =>
        spec.StopAtConfidence is { } confidence
        && Voting.OwnClassWeights(Candidates.Of(tree, solution => rules.Extract(question: "", solution)), spec, scored: false) is { } votes
        && AdaptiveConsistency.IsReached(votes.Select(count => (int)count), confidence);

    /// <summary>
    /// An estimate of the tokens that the rest of the search would have sampled: the number of solutions that could still finish, times the
    /// difference between the mean length of the finished ones and the mean length of the paths to continue. It tends to be too low,
    /// because short solutions finish first. Solutions of <see cref="RollingSampling"/> that have not begun count whole.
    /// </summary>
    /// <param name="wave">The steps planned next, at least one.</param>
    /// <param name="remaining">How many solutions could still finish.</param>
    /// <param name="notBegun">How many of them have no step yet, beside those that begin in the wave.</param>
    public static long SavedTokens(SearchTree tree, IReadOnlyList<PlannedStep> wave, int remaining, int notBegun = 0)
    {
        var finished = tree.Nodes.Where(node => node.State == NodeState.Finished).Select(node => Tokens(tree, node.No))
            .DefaultIfEmpty().Average();
        var open = wave.Average(step => Tokens(tree, step.ParentNo));
        return (long)Math.Round((remaining - notBegun) * Math.Max(0, finished - open) + notBegun * finished);
    }

    static int Tokens(SearchTree tree, int no) => tree.Path(no).Sum(node => node.Tokens.Length);
}
