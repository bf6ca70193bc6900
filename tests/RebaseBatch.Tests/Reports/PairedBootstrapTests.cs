using RebaseBatch.Reports;
using Xunit;

namespace RebaseBatch.Tests.Reports;

public sealed class PairedBootstrapTests
{
    [Fact]
    public void Intervals_hold_the_truth_in_about_95_of_100_cases()
    {
        const int problems = 80, cases = 300;
        var bootstrap = new PairedBootstrap(problems, 400);
        var held = 0;
        for (var seed = 0; seed < cases; seed++)
        {
            var estimate = bootstrap.Mean([.. Measured.Some(problems, seed, 0.7).Select(right => right ? 1.0 : 0)]);
            Assert.InRange(estimate.Value, estimate.Low, estimate.High);
            if (estimate.Low <= 0.7 && 0.7 <= estimate.High) held++;
        }

        Assert.InRange(held / (double)cases, 0.9, 0.985);
    }

    [Fact]
    public void All_figures_see_the_same_problems_every_time()
    {
        double[] shares = [.. Measured.Some(50, 1, 0.5).Select(right => right ? 1.0 : 0)];
        double[] lower = [.. shares.Select(share => share / 2)];
        var (first, second) = (new PairedBootstrap(50, 200), new PairedBootstrap(50, 200));

        Assert.Equal(first.Mean(shares), second.Mean(shares));
        // What is half as right about each problem is half as right in each sample of them.
        Assert.Equal(first.Mean(shares).Low / 2, second.Mean(lower).Low, 12);
        Assert.Equal(first.Mean(shares).High / 2, second.Mean(lower).High, 12);
    }

    // The least p times the number of comparisons, the next times one less, and none below the one before it.
    [Fact]
    public void Holm_takes_the_number_of_comparisons_into_account() =>
        Assert.Equal([0.125, 0.03125, 1, 0.09375], PairComparison.Holm([0.0625, 0.0078125, 0.9, 0.03125]));
}
