using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Slow]
public sealed class SaturationTests
{
    [Fact]
    public void The_limits_interval_holds_the_truth_in_at_least_90_of_100_cases()
    {
        const int answers = 5, problems = 60, samples = 16;
        IReadOnlyList<SyntheticPolicy> everyone =
            [.. Enumerable.Range(0, 50_000).Select(seed => SyntheticPolicy.Draw(new Random(seed), answers))];
        var majority = everyone.Average(policy => policy.MajorityEndsRight ? 1.0 : 0);
        var weighted = everyone.Average(policy => policy.WeightedEndsRight ? 1.0 : 0);
        var (heldMajority, heldWeighted) = (0, 0);
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var limit = Saturation.Of(
                [.. Enumerable.Range(0, problems).Select(_ => SyntheticPolicy.Draw(random, answers).Sample(random, samples))], samples,
                scored: true, replicates: 200)[^1];
            if (limit.Majority.Low <= majority && majority <= limit.Majority.High) heldMajority++;
            if (limit.Weighted!.Value.Low <= weighted && weighted <= limit.Weighted.Value.High) heldWeighted++;
            // And is not so wide that it would hold anything.
            Assert.InRange(limit.Majority.High - limit.Majority.Low, 0, 0.5);
        }
        Assert.InRange(heldMajority, 90, 100);
        Assert.InRange(heldWeighted, 90, 100);
    }

    [Fact]
    public void The_limit_is_nearer_the_truth_than_the_vote_among_all_samples_where_leads_are_small()
    {
        // Mostly three answers of 0.3 to 0.4, the gold one a little ahead in two of three problems.
        double[][] leads = [[0.38, 0.32, 0.30], [0.44, 0.30, 0.26], [0.33, 0.36, 0.31]];
        var random = new Random(1);
        var problems = Enumerable.Range(0, 600).Select(p => Policy(leads[p % 3]).Sample(random, 32)).ToList();

        var rows = Saturation.Of(problems, 32, scored: false, replicates: 200);

        const double truth = 2.0 / 3;
        Assert.True(rows[^2].Majority.Value < rows[^1].Majority.Value && rows[^1].Majority.Value < truth + 0.02, $"{rows[^2]}, {rows[^1]}");
    }

    [Theory]
    [InlineData(0.40, 0.35)]
    [InlineData(0.20, 0.50)]
    public void Votes_become_right_where_the_gold_answer_leads_and_wrong_where_another_does(double gold, double other)
    {
        const int samples = 64;
        var random = new Random(1);
        var policy = Policy(gold, other, 1 - gold - other);

        var rows = Saturation.Of([.. Enumerable.Range(0, 300).Select(_ => policy.Sample(random, samples))], samples, scored: true,
            replicates: 200);

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, null], rows.Select(row => row.Samples));
        Assert.Equal(gold, rows[0].Majority.Value, 0.03);
        // Of two samples no majority is better than of one. Scores that do not tell right from wrong leave the weighted vote the same way
        // to go.
        var values = rows.Skip(1).SelectMany(row => new[] { row.Majority.Value, row.Weighted!.Value.Value }).ToList();
        for (var row = 1; row < rows.Count - 1; row++)
        {
            Assert.Equal(gold > other, values[2 * row] > values[2 * row - 2]);
            Assert.Equal(gold > other, values[2 * row + 1] > values[2 * row - 1]);
        }
        Assert.All(rows, row => Assert.InRange(row.Majority.Value, row.Majority.Low, row.Majority.High));
    }

    [Fact]
    public void The_weighted_vote_ends_right_where_scores_make_up_for_shares()
    {
        var random = new Random(1);
        var policy = new SyntheticPolicy([0.3, 0.7], [0.45, 0.05]);

        var limit = Saturation.Of([.. Enumerable.Range(0, 50).Select(_ => policy.Sample(random, 64))], 64, scored: true,
            replicates: 200)[^1];

        Assert.Equal((new Estimate(0, 0, 0), new Estimate(1, 1, 1)), (limit.Majority, limit.Weighted));
    }

    [Fact]
    public void All_samples_together_vote_exactly_as_the_job_did()
    {
        var random = new Random(1);
        for (var round = 0; round < 20; round++)
        {
            var samples = random.Next(1, 12);
            // Few scores and classes, so that ties, zeros and samples without an answer come up.
            var problems = Enumerable.Range(0, 30).Select(_ => Enumerable.Range(1, random.Next(samples + 1))
                .Select(node => new Candidate(node, "", s_wordings[random.Next(s_wordings.Length)], [random.Next(3) / 2.0]))
                .ToList()).ToList();
            var votes = problems.ConvertAll(candidates => Voting.AllVotes(candidates, "1/2", scored: true));

            var all = Saturation.Of([.. problems.Select(candidates => SampledProblem.Of(candidates, "1/2", ScoreAggregation.Last))],
                samples, scored: true, replicates: 40)[^2];

            Assert.Equal(samples, all.Samples);
            Assert.Equal(votes.Count(vote => vote[0].Correct is true) / 30.0, all.Majority.Value);
            Assert.Equal(votes.Count(vote => vote[1].Correct is true) / 30.0, all.Weighted!.Value.Value);
        }
    }

    static readonly string?[] s_wordings = ["0.5", "\\frac{1}{2}", "1/2", "y = 1/2", "2", "3", "$$", null];

    [Fact]
    public void Sub_samples_are_any_and_not_the_first_ones()
    {
        // Of the six pairs only the last two together are wrong: of a right and a wrong one the right comes first.
        var rows = Saturation.Of([Problem("1", "1", "2", "2")], 4, scored: false);

        Assert.Equal(0.5, rows[0].Majority.Value);
        Assert.Equal(5 / 6.0, rows[1].Majority.Value, 0.06);
        Assert.Equal(1, rows[2].Majority.Value);
    }

    [Fact]
    public void A_sample_without_an_answer_is_a_sample_that_does_not_vote()
    {
        // One right answer in four samples, the other three without or unfinished: in a half of the pairs somebody votes.
        var rows = Saturation.Of([Problem(null, "1")], 4, scored: false);

        Assert.Equal([0.25, 0.5, 1, 1], rows.Select(row => row.Majority.Value));
    }

    [Fact]
    public void A_gold_answer_that_no_sample_gave_never_wins_and_one_that_all_gave_always_does()
    {
        Assert.Equal(new Estimate(0, 0, 0),
            Saturation.Of([Problem("2", "3"), Problem(), Problem(null, null)], 2, scored: false)[^1].Majority);
        Assert.Equal(new Estimate(1, 1, 1), Saturation.Of([Problem("1", "1.0"), Problem("y = 1", null)], 2, scored: false)[^1].Majority);
    }

    [Fact]
    public void When_every_score_is_zero_the_majority_decides_the_weighted_vote_in_the_limit_too()
    {
        var problem =
            SampledProblem.Of([.. Enumerable.Range(1, 40).Select(node => new Candidate(node, "", node % 4 == 0 ? "2" : "1", [0.0]))], "1",
                ScoreAggregation.Last);

        Assert.Equal(1, Saturation.Of([problem], 40, scored: true)[^1].Weighted!.Value.Value);
    }

    [Fact]
    public void The_same_samples_give_the_same_figures()
    {
        IReadOnlyList<SaturationRow> Rows()
        {
            var random = new Random(1);
            return Saturation.Of([.. Enumerable.Range(0, 20).Select(_ => SyntheticPolicy.Draw(random, 4).Sample(random, 12))], 12,
                scored: true, replicates: 200);
        }

        Assert.Equal(Rows(), Rows());
        Assert.Equal([1, 2, 4, 8, 12, null], Rows().Select(row => row.Samples));
    }

    [Fact]
    public void Unscored_samples_have_no_weighted_vote() =>
        Assert.All(Saturation.Of([Problem("1", "2")], 2, scored: false), row => Assert.Null(row.Weighted));

    static SyntheticPolicy Policy(params double[] pi) => new(pi, [.. pi.Select(_ => 0.5)]);

    static SampledProblem Problem(params string?[] answers) =>
        SampledProblem.Of([.. answers.Select((answer, i) => new Candidate(i + 1, "", answer, []))], "1", ScoreAggregation.Last);
}
