using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>What stays the same along a line of the charts; only the width changes along it.</summary>
/// <param name="Reward">Null where the vote needs no scores.</param>
/// <param name="Settings">The spec without models, width, seed, votes and settings that do not change a result.</param>
sealed record Series(MeasuredModel Policy, MeasuredModel? Reward, JobSpec Settings, VotingRule Vote)
{
    public SearchStrategy Strategy => Settings.Strategy;

    public static Series Of(MeasuredJob job, VotingRule vote)
    {
        var (spec, scoreless) = (job.Spec, IsScoreless(job.Spec.Strategy, vote));
        return new(job.Policy, scoreless ? null : job.Reward, EffectlessSettings.TakenOutOf(spec) with
        {
            Policy = "",
            Reward = null,
            Width = 1,
            Seed = 0,
            // All votes are computed from one search, unless the search ends when its own is decided.
            Voting = spec.StopWhenDecided ? spec.Voting : VotingMethod.Majority,
            Aggregation = spec.StopWhenDecided ? spec.Aggregation : ScoreAggregation.Last,
        }, vote);
    }

    /// <summary>Whether the search and its vote would have been the same without a reward model.</summary>
    public static bool IsScoreless(SearchStrategy strategy, VotingRule vote) =>
        strategy is SearchStrategy.Greedy or SearchStrategy.Sampling && vote.Method is VotingMethod.Majority;
}
