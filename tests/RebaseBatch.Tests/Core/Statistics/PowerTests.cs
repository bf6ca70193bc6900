using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class PowerTests
{
    /// <summary>Every table of 12 problems, with its multinomial chance and McNemar's test.</summary>
    [Theory]
    [InlineData(0.3, 0.1, 0.05)]
    [InlineData(0.6, 0.0, 0.01)]
    [InlineData(0.7, 0.3, 0.2)]
    [InlineData(0.0, 0.2, 0.05)]
    public void With_one_seed_the_power_is_exact(double lost, double won, double level)
    {
        const int n = 12;
        var power = 0.0;
        for (var first = 0; first <= n; first++)
        {
            for (var second = 0; second <= n - first; second++)
            {
                if (new PairedTest(first, second).SecondIsWorse > level) continue;
                power += Ways(n, first) * Ways(n - first, second) * Math.Pow(lost, first) * Math.Pow(won, second)
                    * Math.Pow(Math.Max(0, 1 - lost - won), n - first - second);
            }
        }

        Assert.Equal(power, new ExactPower(n, level).Of(lost, won), 9);
        static double Ways(int n, int k) => Enumerable.Range(1, k).Aggregate(1.0, (ways, i) => ways * (n - k + i) / i);
    }

    /// <summary>
    /// The level of Holm's first step over 24 cells too. 6,000 nights have a standard deviation of 0.6 points at most; the power that is
    /// stated is that of the drawn pairs without a drop, on average over 300 nights.
    /// </summary>
    [Theory]
    [InlineData(1, 40, 0.5, 0.5, 0.05, 0.16)]
    [InlineData(1, 200, 0.9, 3, 0.05, 0.07)]
    [InlineData(1, 1000, 0.3, 0.05, 0.05 / 24, 0.025)]
    [InlineData(2, 40, 0.5, 0.05, 0.05 / 24, 0.20)]
    [InlineData(2, 200, 0.1, 0.5, 0.05, 0.035)]
    [InlineData(3, 200, 0.5, 3, 0.05, 0.07)]
    [InlineData(5, 40, 0.9, 0.5, 0.05, 0.07)]
    [InlineData(5, 200, 0.9, 0.05, 0.05 / 24, 0.02)]
    [InlineData(8, 200, 0.5, 3, 0.05 / 24, 0.06)]
    public void A_true_drop_is_found_as_often_as_stated(int seeds, int problems, double accuracy, double strength, double level,
        double drop)
    {
        var nights = new SimulatedNights(accuracy, strength);
        var found = nights.Share(6000, problems, seeds, drop, pairs => pairs.SecondIsWorse <= level);
        var stated = Enumerable.Range(0, 300).Average(_ => new PairedOutcomes(nights.Draw(problems, seeds)).Power(drop, level));
        Assert.InRange(found, 0.5, 0.95); // Elsewhere, any statement would be nearly true.
        Assert.Equal(found, stated, 0.03);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Five_thousand_problems_have_figures_that_fit_each_other(int seeds)
    {
        var pairs = new PairedOutcomes(new SimulatedNights(0.5, 3).Draw(5000, seeds));
        Assert.InRange(pairs.SmallestDrop(0.0005, 0.8), 0.005, 0.05);
        Assert.Equal(0.8, pairs.Power(pairs.SmallestDrop(0.0005, 0.8), 0.0005), 0.01);
        Assert.InRange(pairs.ProblemsFor(0.005, 0.0005, 0.8)!.Value, 20_000, 1_000_000);
    }

    /// <summary>Above 5,000 problems, the normal distribution is in place of the exact sum.</summary>
    [Theory]
    [InlineData(60, 40, 900, 0.01)]
    [InlineData(1, 1, 998, 0.001)]
    [InlineData(200, 200, 600, 0.02)]
    public void The_power_has_no_step_where_its_formula_changes(int lost, int won, int equal, double drop)
    {
        var pairs = new PairedOutcomes([.. Enumerable.Repeat(new PairedOutcome(1, 0), lost),
            .. Enumerable.Repeat(new PairedOutcome(0, 1), won), .. Enumerable.Repeat(new PairedOutcome(1, 1), equal)]);
        Assert.Equal(pairs.Power(drop, 0.01, 5000), pairs.Power(drop, 0.01, 5001), 0.003);
    }

    [Fact]
    public void The_less_chance_flips_answers_the_smaller_are_the_drops_that_can_be_seen() =>
        Assert.True(Smallest(0.05) < Smallest(0.5) && Smallest(0.5) < Smallest(5));

    static double Smallest(double strength) =>
        new PairedOutcomes(new SimulatedNights(0.5, strength).Draw(1000, 2)).SmallestDrop(0.05, 0.8);
}
