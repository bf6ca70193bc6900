using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class PairedBootstrapTests
{
    [Fact]
    public void Intervals_hold_the_truth_in_about_95_of_100_cases()
    {
        const int problems = 80, cases = 300;
        var held = 0;
        foreach (var estimate in PairedBootstrap.Means([.. Enumerable.Range(0, cases).Select(seed => Shares(problems, seed))], 400))
        {
            Assert.InRange(estimate.Value, estimate.Low, estimate.High);
            if (estimate.Low <= 0.7 && 0.7 <= estimate.High) held++;
        }

        Assert.InRange(held / (double)cases, 0.9, 0.985);
    }

    [Fact]
    public void All_figures_see_the_same_problems_every_time()
    {
        var shares = Shares(50, 1);
        double?[] lower = [.. shares.Select(share => share / 2)];
        var (first, second) = (PairedBootstrap.Means([shares], 200), PairedBootstrap.Means([lower, shares], 200));

        Assert.Equal(first[0], second[1]);
        // If a figure is half as large for each problem, it is half as large in each sample of the problems.
        Assert.Equal(first[0].Low / 2, second[0].Low, 12);
        Assert.Equal(first[0].High / 2, second[0].High, 12);
    }

    [Fact]
    public void Problems_without_a_value_are_no_part_of_mean_and_interval()
    {
        double?[] half = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 1 : (double?)null)], one = [0.25, .. new double?[39]];
        double?[] mixed = [.. Enumerable.Range(0, 40).Select(i => i < 20 ? i % 2 : (double?)null)];

        var means = PairedBootstrap.Means([half, one, mixed], 400);

        Assert.Equal([new(1, 1, 1), new(0.25, 0.25, 0.25)], means.Take(2));
        Assert.Equal(0.5, means[2].Value);
        Assert.InRange(means[2].Low, 0.2, 0.4);
        Assert.InRange(means[2].High, 0.6, 0.8);
    }

    static double?[] Shares(int problems, int seed) => [.. Measured.Some(problems, seed, 0.7).Select(right => right ? 1.0 : (double?)0)];
}
