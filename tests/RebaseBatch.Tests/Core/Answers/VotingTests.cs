using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class VotingTests
{
    static Candidate Solution(int node, string? answer, params double[] scores) => new(node, "", answer, scores);

    static VoteRecord Vote(IReadOnlyList<VoteRecord> votes, VotingMethod method, ScoreAggregation? aggregation = null) =>
        Assert.Single(votes, vote => vote.Method == method && vote.Aggregation == aggregation);

    static readonly Candidate[] s_candidates =
    [
        Solution(3, "0.5", 0.9, 0.2),
        Solution(5, "1/2", 0.1, 0.3),
        Solution(6, "7", 0.8, 0.8),
        Solution(8, null, 1, 1),
        Solution(9, "\\frac{1}{2}", 0.5, 0.2),
    ];

    [Fact]
    public void A_scored_search_has_nine_votes_in_a_fixed_order_and_an_unscored_one_the_majority()
    {
        var scored = Voting.AllVotes(s_candidates, null, scored: true);
        Assert.Equal(
            [
                (VotingMethod.Majority, null),
                (VotingMethod.Weighted, ScoreAggregation.Last), (VotingMethod.Weighted, ScoreAggregation.Min),
                (VotingMethod.Weighted, ScoreAggregation.Mean), (VotingMethod.Weighted, ScoreAggregation.Product),
                (VotingMethod.BestOfN, ScoreAggregation.Last), (VotingMethod.BestOfN, ScoreAggregation.Min),
                (VotingMethod.BestOfN, ScoreAggregation.Mean), (VotingMethod.BestOfN, ScoreAggregation.Product),
            ],
            scored.Select(vote => (vote.Method, vote.Aggregation)));
        Assert.Equal(VotingMethod.Majority, Assert.Single(Voting.AllVotes(s_candidates, null, scored: false)).Method);
    }

    [Fact]
    public void Answers_vote_in_classes_and_win_in_their_first_wording()
    {
        var votes = Voting.AllVotes(s_candidates, "50/100", scored: true);
        Assert.Equal(new(VotingMethod.Majority, null, "0.5", true, 3 / 4.0), Vote(votes, VotingMethod.Majority));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("y = 5")]
    public void The_plainest_wording_of_a_class_is_graded_whatever_its_order(string gold)
    {
        string[] answers = ["3x + 1 = 16", "x = 5", "5"];
        foreach (var order in (int[][])[[0, 1, 2], [2, 1, 0], [1, 0, 2]])
        {
            var votes = Voting.AllVotes([.. order.Select(i => Solution(i, answers[i], 0.5))], gold, scored: true);
            Assert.Equal(new(VotingMethod.Majority, null, "5", true, 1), Vote(votes, VotingMethod.Majority));
        }
    }

    [Fact]
    public void Weights_are_sums_of_aggregated_scores()
    {
        var votes = Voting.AllVotes(s_candidates, "7", scored: true);
        AssertVote("7", true, 0.8 / 1.5, Vote(votes, VotingMethod.Weighted, ScoreAggregation.Last)); // 0.2 + 0.3 + 0.2 against 0.8
        AssertVote("7", true, 0.8 / 1.3, Vote(votes, VotingMethod.Weighted, ScoreAggregation.Min)); // 0.2 + 0.1 + 0.2
        AssertVote("0.5", false, 1.1 / 1.9, Vote(votes, VotingMethod.Weighted, ScoreAggregation.Mean)); // 0.55 + 0.2 + 0.35
        AssertVote("7", true, 0.64 / 0.95, Vote(votes, VotingMethod.Weighted, ScoreAggregation.Product)); // 0.18 + 0.03 + 0.1
    }

    static void AssertVote(string answer, bool correct, double share, VoteRecord vote)
    {
        Assert.Equal((answer, correct), (vote.Answer, vote.Correct));
        Assert.Equal(share, vote.Share, 12);
    }

    [Fact]
    public void Best_of_n_is_the_best_scored_answer_with_its_score_as_share()
    {
        var votes = Voting.AllVotes(s_candidates, "7", scored: true);
        Assert.Equal(new(VotingMethod.BestOfN, ScoreAggregation.Last, "7", true, 0.8),
            Vote(votes, VotingMethod.BestOfN, ScoreAggregation.Last));
        var tie = Voting.AllVotes([Solution(1, "a", 0.4), Solution(2, "b", 0.4)], null, scored: true);
        Assert.Equal("a", Vote(tie, VotingMethod.BestOfN, ScoreAggregation.Last).Answer);
    }

    [Fact]
    public void Of_equally_frequent_answers_the_first_to_reach_their_number_wins()
    {
        Candidate[] candidates = [Solution(1, "a", 0.5), Solution(2, "b", 0.5), Solution(3, "b", 0.5), Solution(4, "a", 0.5)];
        var votes = Voting.AllVotes(candidates, null, scored: true);
        Assert.Equal(("b", 0.5), (Vote(votes, VotingMethod.Majority).Answer, Vote(votes, VotingMethod.Majority).Share));
        Assert.Equal("b", Vote(votes, VotingMethod.Weighted, ScoreAggregation.Last).Answer);
    }

    [Fact]
    public void When_every_score_is_zero_the_weighted_vote_is_the_majoritys_with_share_zero()
    {
        Candidate[] candidates = [Solution(1, "a", 0), Solution(2, "b", 0), Solution(3, "b", 0)];
        var votes = Voting.AllVotes(candidates, "b", scored: true);
        Assert.Equal(new(VotingMethod.Weighted, ScoreAggregation.Last, "b", true, 0),
            Vote(votes, VotingMethod.Weighted, ScoreAggregation.Last));
        Assert.Equal(new(VotingMethod.BestOfN, ScoreAggregation.Last, "a", false, 0),
            Vote(votes, VotingMethod.BestOfN, ScoreAggregation.Last));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("5", false)]
    public void When_nobody_answered_every_vote_is_there_without_an_answer(string? gold, bool? correct)
    {
        foreach (Candidate[] candidates in new Candidate[][] { [], [Solution(1, null, 0.9)], [Solution(1, "$$", 0.9)] })
        {
            var votes = Voting.AllVotes(candidates, gold, scored: true);
            Assert.Equal(9, votes.Count);
            Assert.All(votes, vote => Assert.Equal((null, correct, 0.0), (vote.Answer, vote.Correct, vote.Share)));
        }
    }

    [Fact]
    public void Without_a_gold_answer_nothing_is_graded() =>
        Assert.All(Voting.AllVotes(s_candidates, null, scored: true), vote => Assert.Null(vote.Correct));

    [Fact]
    public void The_jobs_own_answer_is_the_vote_its_spec_names_or_the_majoritys_when_unscored()
    {
        var spec = new JobSpec { Policy = "p", Voting = VotingMethod.BestOfN, Aggregation = ScoreAggregation.Mean };
        var scored = Voting.AllVotes(s_candidates, null, scored: true);
        Assert.Equal(Vote(scored, VotingMethod.BestOfN, ScoreAggregation.Mean), Voting.JobsOwn(scored, spec));
        Assert.Equal(scored[0], Voting.JobsOwn(scored, spec with { Voting = VotingMethod.Majority }));
        var unscored = Voting.AllVotes(s_candidates, null, scored: false);
        Assert.Equal(unscored[0], Voting.JobsOwn(unscored, spec));
    }

    [Fact]
    public void No_class_has_more_votes_or_weight_than_the_winner_and_shares_are_parts_of_one()
    {
        var candidate =
            from answer in Gen.Elements("1", "1.0", "2", "4/2", "x", null)
            from scores in Gen.Choose(0, 4).Select(i => i / 4.0).ListOf(3)
            select (answer, scores);
        Prop.ForAll(candidate.ListOf().ToArbitrary(), drawn =>
        {
            Candidate[] candidates = [.. drawn.Select((c, i) => Solution(i + 1, c.answer, [.. c.scores]))];
            return Voting.AllVotes(candidates, "2", scored: true).All(vote =>
            {
                double Weight(Candidate c) => vote.Method == VotingMethod.Majority
                    ? 1 : ScoreAggregator.Aggregate(c.StepScores, vote.Aggregation!.Value);
                var classes = candidates.Where(c => c.Answer is not null).ToLookup(c => AnswerKey.Of(c.Answer!), Weight);
                if (classes.Count == 0) return vote.Answer is null;
                var total = classes.Sum(weights => weights.Sum());
                var won = classes[AnswerKey.Of(vote.Answer!)];
                return vote.Correct == (AnswerKey.Of(vote.Answer!) == "2") && (vote.Method == VotingMethod.BestOfN
                    ? won.Max() == vote.Share && classes.All(weights => weights.Max() <= vote.Share)
                    : classes.All(weights => weights.Sum() <= won.Sum() + 1e-12) && Math.Abs((vote.Share * total) - won.Sum()) < 1e-9);
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [InlineData(ScoreAggregation.Last, 0.5)]
    [InlineData(ScoreAggregation.Min, 0.25)]
    [InlineData(ScoreAggregation.Mean, 0.5)]
    [InlineData(ScoreAggregation.Product, 0.09375)]
    public void Step_scores_are_aggregated(ScoreAggregation aggregation, double expected)
    {
        Assert.Equal(expected, ScoreAggregator.Aggregate([0.75, 0.25, 0.5], aggregation));
        Assert.Equal(0, ScoreAggregator.Aggregate([], aggregation));
    }
}
