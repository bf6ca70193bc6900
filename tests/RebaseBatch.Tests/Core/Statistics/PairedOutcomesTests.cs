using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class PairedOutcomesTests
{
    [Theory]
    [InlineData(0, 0, 10)]
    [InlineData(5, 0, 3)]
    [InlineData(3, 1, 0)]
    [InlineData(9, 1, 40)]
    [InlineData(2, 7, 5)]
    [InlineData(70, 41, 300)]
    public void With_one_seed_the_test_is_McNemars_exact_test(int lost, int won, int equal)
    {
        var pairs = new PairedOutcomes(Pairs(lost, won, equal));
        var test = new PairedTest(lost, won);
        Assert.Equal(test.SecondIsWorse, pairs.SecondIsWorse, 12);
        Assert.Equal(test.TwoSided, pairs.TwoSided, 12);
        Assert.Equal((lost, won, lost + won), (pairs.Lost, pairs.Won, pairs.Discordant));
    }

    // Differences 2, 1 and -1 of 2 seeds: of the 8 signs, +4 and +2 twice are at least 2.
    [Fact]
    public void A_problems_seeds_flip_together()
    {
        var pairs = new PairedOutcomes([new(2, 0, 2), new(1, 0, 2), new(1, 2, 2), new(2, 2, 2)]);
        Assert.Equal(3 / 8.0, pairs.SecondIsWorse, 12);
        Assert.Equal(6 / 8.0, pairs.TwoSided, 12);
        Assert.Equal((3, 1, 3), (pairs.Lost, pairs.Won, pairs.Discordant));
    }

    [Fact]
    public void Every_problem_has_the_same_weight_however_many_seeds_it_has()
    {
        // 1 of 1 lost, and 1 of 3 lost three times: sizes 3, 1, 1, 1; only all four losses reach 6.
        var pairs = new PairedOutcomes([new(1, 0), new(2, 1, 3), new(3, 2, 3), new(1, 0, 3)]);
        Assert.Equal(1 / 16.0, pairs.SecondIsWorse, 12);
        Assert.Equal(-0.5, pairs.Change.Value, 12);
    }

    [Fact]
    public void Signs_of_random_differences_have_their_exact_chances()
    {
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var seeds = random.Next(1, 6);
            PairedOutcome[] problems = [.. Enumerable.Range(0, random.Next(1, 12))
                .Select(_ => new PairedOutcome(random.Next(seeds + 1), random.Next(seeds + 1), seeds))];
            int[] drops = [.. problems.Select(problem => problem.First - problem.Second)];
            var sums = Enumerable.Range(0, 1 << drops.Length)
                .Select(signs => drops.Select((drop, bit) => (signs >> bit & 1) == 0 ? drop : -drop).Sum()).ToList();
            var pairs = new PairedOutcomes(problems);
            Assert.Equal(sums.Average(sum => sum >= drops.Sum() ? 1.0 : 0), pairs.SecondIsWorse, 12);
            Assert.Equal(sums.Average(sum => Math.Abs(sum) >= Math.Abs(drops.Sum()) ? 1.0 : 0), pairs.TwoSided, 12);
        }
    }

    // Five losses of five discordant problems are significant at 5 %, four are not: the drop with which 40 problems lose five or more in
    // 80 % of all nights.
    [Fact]
    public void Without_discordant_problems_a_drop_needs_five_lost_problems()
    {
        var pairs = new PairedOutcomes(Pairs(0, 0, 40));
        Assert.Equal(0.1623, pairs.SmallestDrop(0.05, 0.8), 0.0005);
        Assert.Equal(0.8, pairs.Power(pairs.SmallestDrop(0.05, 0.8), 0.05), 0.001);
    }

    [Fact]
    public void A_drop_that_cannot_be_found_is_everything() =>
        Assert.Equal(1, new PairedOutcomes(Pairs(0, 0, 4)).SmallestDrop(0.05, 0.8));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void As_many_problems_as_needed_find_the_drop(int seeds)
    {
        var pairs = new PairedOutcomes(
            [.. Pairs(10, 10, 180).Select(pair => new PairedOutcome(pair.First * seeds, pair.Second * seeds, seeds))]);
        var needed = pairs.ProblemsFor(0.05, 0.05, 0.8)!.Value;
        Assert.InRange(pairs.Power(0.05, 0.05, needed), 0.8, 0.81);
        Assert.True(pairs.Power(0.05, 0.05, needed * 9 / 10) < 0.8);
    }

    [Fact]
    public void Where_nothing_was_solved_no_drop_can_be_found()
    {
        var pairs = new PairedOutcomes([new(0, 0), new(0, 0)]);
        Assert.Equal(0, pairs.Power(0.1, 0.05));
        Assert.Equal(1, pairs.SmallestDrop(0.05, 0.8));
        Assert.Null(pairs.ProblemsFor(0.1, 0.05, 0.8));
    }

    static PairedOutcome[] Pairs(int lost, int won, int equal) =>
    [
        .. Enumerable.Repeat(new PairedOutcome(1, 0), lost), .. Enumerable.Repeat(new PairedOutcome(0, 1), won),
        .. Enumerable.Repeat(new PairedOutcome(1, 1), equal),
    ];
}
