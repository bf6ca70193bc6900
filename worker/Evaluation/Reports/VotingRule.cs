using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>One way in which finished solutions become an answer.</summary>
/// <param name="Aggregation">Null for the majority vote.</param>
readonly record struct VotingRule(VotingMethod Method, ScoreAggregation? Aggregation)
{
    /// <summary>The vote that gives a job its own answer.</summary>
    public static VotingRule OwnOf(JobSpec spec) => spec.Reward is null || spec.Voting is VotingMethod.Majority
        ? new(VotingMethod.Majority, null)
        : new(spec.Voting, spec.Aggregation);

    /// <summary>The paper's votes that the job computed, with the job's own aggregation.</summary>
    public static IReadOnlyList<VotingRule> AllOf(JobSpec spec) => spec.Reward is null
        ? [new(VotingMethod.Majority, null)]
        : [new(VotingMethod.Majority, null), new(VotingMethod.Weighted, spec.Aggregation), new(VotingMethod.BestOfN, spec.Aggregation)];
}
