using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class AreaUnderCurveTests
{
    static double? Binned(IEnumerable<RatedCase> cases)
    {
        var area = new AreaUnderCurve();
        foreach (var one in cases) area.Add(one);
        return area.Value;
    }

    static double Exact(IReadOnlyCollection<RatedCase> cases)
    {
        var (concordant, pairs) = AreaUnderCurve.PairsOf(cases);
        return concordant / pairs;
    }

    /// <summary>By its definition: every right case with every other one that is wrong.</summary>
    static double Pairwise(RatedCase[] cases)
    {
        var (concordant, pairs) = (0.0, 0.0);
        for (var i = 0; i < cases.Length; i++)
        {
            for (var j = 0; j < cases.Length; j++)
            {
                if (i == j) continue;
                var weight = cases[i].Right * (1 - cases[j].Right);
                pairs += weight;
                concordant += weight * (cases[i].Score > cases[j].Score ? 1 : cases[i].Score == cases[j].Score ? 0.5 : 0);
            }
        }

        return concordant / pairs;
    }

    static RatedCase[] Some(int seed, int count, bool whole)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            // As reward models score: most near 0 or near 1, and some equal.
            var score = Math.Round(1 / (1 + Math.Exp(-12 * (random.NextDouble() - 0.4))), random.Next(1, 6));
            return new RatedCase(score, whole ? random.NextDouble() < score ? 1 : 0 : random.Next(5) / 4.0);
        })];
    }

    [Fact]
    public void By_hand_two_right_and_three_wrong_cases()
    {
        // Right 0.9 and 0.4, wrong 0.8, 0.4 and 0.1: of six pairs 0.9 wins three, 0.4 wins one and ties one.
        RatedCase[] cases = [new(0.9, 1), new(0.4, 1), new(0.8, 0), new(0.4, 0), new(0.1, 0)];

        Assert.Equal((4.5, 6.0), AreaUnderCurve.PairsOf(cases));
        Assert.Equal(0.75, Binned(cases)!.Value, 12);
    }

    [Fact]
    public void By_hand_steps_that_are_partly_right()
    {
        // The pairs are 0.75 × 0.75 with the higher score right, and 0.25 × 0.25 with the lower one: 0.5625 of 0.625.
        RatedCase[] cases = [new(0.6, 0.75), new(0.3, 0.25)];

        Assert.Equal(0.9, Exact(cases), 12);
        Assert.Equal(0.9, Binned(cases)!.Value, 12);
    }

    [Fact]
    public void One_side_alone_has_no_area()
    {
        Assert.Null(Binned([]));
        Assert.Null(Binned([new(0.3, 1), new(0.9, 1)]));
        Assert.Null(Binned([new(0.3, 0.5)]));
        Assert.Equal((0.0, 0.0), AreaUnderCurve.PairsOf([new(0.3, 0), new(0.9, 0)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_is_the_share_of_pairs_in_which_the_right_case_has_the_higher_score(bool whole)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var cases = Some(seed, 40, whole);
            Assert.Equal(Pairwise(cases), Exact(cases), 9);
            // Scores that are rounded are far enough from each other for the bins.
            Assert.Equal(Pairwise(cases), Binned(cases)!.Value, 0.005);
        }
    }

    [Fact]
    public void Only_the_order_of_the_scores_counts_and_turning_it_round_turns_the_area_round()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var cases = Some(seed, 60, whole: true);
            Assert.Equal(Exact(cases), Exact([.. cases.Select(one => one with { Score = Math.Pow(one.Score, 3) })]), 9);
            Assert.Equal(1 - Exact(cases), Exact([.. cases.Select(one => one with { Score = 1 - one.Score })]), 9);
            Assert.Equal(1 - Binned(cases)!.Value, Binned(cases.Select(one => one with { Right = 1 - one.Right }))!.Value, 9);
        }
    }

    [Fact]
    public void Scores_very_near_to_0_and_to_1_are_told_apart()
    {
        Assert.Equal(1, Binned([new(1 - 1e-6, 1), new(1 - 2e-6, 0)]));
        Assert.Equal(0, Binned([new(1e-6, 1), new(2e-6, 0)]));
        Assert.Equal(0.5, Binned([new(1, 1), new(1, 0)]));
        Assert.Equal(1, Binned([new(0.5, 1), new(0.49, 0)]));
    }
}
