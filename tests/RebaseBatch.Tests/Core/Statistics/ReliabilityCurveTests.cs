using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class ReliabilityCurveTests
{
    [Fact]
    public void By_hand_two_problems_in_three_ranges()
    {
        var curve = new ReliabilityCurve();
        curve.AddCluster([new(0.95, 1), new(1, 1), new(0.1, 0)]);
        curve.AddCluster([new(0.9, 0), new(0.15, 1), new(0.55, 0.5)]);

        var bins = curve.Bins;

        Assert.Equal([(0.1, 2L, 2), (0.5, 1L, 1), (0.9, 3L, 2)], bins.Select(bin => (bin.Low, bin.Cases, bin.Clusters)));
        Assert.Equal([0.125, 0.55, 0.95], bins.Select(bin => Math.Round(bin.Score, 9)));
        Assert.Equal([0.5, 0.5, Math.Round(2 / 3.0, 9)], bins.Select(bin => Math.Round(bin.Right.Value, 9)));
        // 2 × 0.375 + 1 × 0.05 + 3 × 0.2833, of 6 cases.
        Assert.Equal(((2 * 0.375) + 0.05 + (3 * (0.95 - (2 / 3.0)))) / 6, curve.Error!.Value, 9);
        Assert.Equal(6, curve.Cases);
        Assert.All(bins, bin => Assert.True(bin.Right.Low <= bin.Right.Value && bin.Right.Value <= bin.Right.High));
        Assert.Null(new ReliabilityCurve().Error);
    }

    [Fact]
    public void Scores_that_are_probabilities_lie_on_the_diagonal()
    {
        var (random, curve) = (new Random(7), new ReliabilityCurve());
        for (var problem = 0; problem < 4000; problem++)
            curve.AddCluster([.. Enumerable.Range(0, 5).Select(_ => random.NextDouble())
                .Select(score => new RatedCase(score, random.NextDouble() < score ? 1 : 0))]);

        Assert.Equal(10, curve.Bins.Count);
        Assert.All(curve.Bins, bin => Assert.Equal(bin.Score, bin.Right.Value, 0.05));
        Assert.InRange(curve.Error!.Value, 0, 0.02);
    }

    [Fact]
    public void Cases_of_one_problem_do_not_make_an_interval_narrower_by_being_many()
    {
        var (one, many) = (new ClusteredShare(), new ClusteredShare());
        for (var problem = 0; problem < 40; problem++)
        {
            one.Add(problem % 2, 1);
            many.Add(100 * (problem % 2), 100);
        }

        Assert.Equal((0.5, 40), (many.Value, many.Clusters));
        Assert.Equal(one.Estimate!.Value.Low, many.Estimate!.Value.Low, 9);
        Assert.Null(new ClusteredShare().Estimate);
    }

    [Fact]
    public void Of_clusters_that_are_all_right_the_interval_is_Wilson_s_for_their_number()
    {
        var share = new ClusteredShare();
        for (var problem = 0; problem < 12; problem++) share.Add(30, 30);

        var wilson = WilsonInterval.Of(12, 12);
        Assert.Equal((1.0, wilson.Low, wilson.High), (share.Estimate!.Value.Value, share.Estimate.Value.Low, share.Estimate.Value.High));
    }

    [Fact]
    public void Intervals_of_clustered_shares_cover_the_truth_as_often_as_they_say()
    {
        var (random, covered) = (new Random(11), 0);
        const int Rounds = 4000, Problems = 80;
        for (var round = 0; round < Rounds; round++)
        {
            var share = new ClusteredShare();
            for (var problem = 0; problem < Problems; problem++)
            {
                // The problems differ in their own share, 0.3 or 0.9, and in their number of cases; the mean share is 0.6.
                var (own, cases) = (random.Next(2) == 0 ? 0.3 : 0.9, random.Next(2, 9));
                share.Add(Enumerable.Range(0, cases).Count(_ => random.NextDouble() < own), cases);
            }

            if (share.Estimate is { } estimate && estimate.Low <= 0.6 && estimate.High >= 0.6) covered++;
        }

        Assert.InRange((double)covered / Rounds, 0.93, 0.97);
    }
}
