using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class ParticleDealTests
{
    sealed record Setup(double[] Scores, int Places, double Temperature, double Draw)
    {
        public int[] Dealt => ParticleDeal.Systematic(Scores, Places, Temperature, Draw);
    }

    static readonly Gen<Setup> s_setup =
        from count in Gen.Choose(1, 40)
        from scores in Gen.Elements(0.0, 0.1, 0.5, 0.9, 0.999, 1.0, double.NaN).ArrayOf(count)
        from places in Gen.Choose(0, 64)
        from temperature in Gen.Elements(1.0, 1.5, 8.0)
        from draw in Gen.Choose(0, 999_999)
        select new Setup(scores, places, temperature, draw / 1e6);

    static void Check(Func<Setup, bool> holds) =>
        Prop.ForAll(s_setup.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Odds_are_dealt_by_one_draw()
    {
        // Odds 9, 1, 1, 1: shares of 8 places are 6, 0.67, 0.67 and 0.67; the points are (k + u) / 8.
        double[] scores = [0.9, 0.5, 0.5, 0.5];
        Assert.Equal([6, 1, 0, 1], ParticleDeal.Systematic(scores, 8, 1, 0.5));
        Assert.Equal([6, 1, 1, 0], ParticleDeal.Systematic(scores, 8, 1, 0.1));
        Assert.Equal([6, 0, 1, 1], ParticleDeal.Systematic(scores, 8, 1, 0.9));
    }

    [Fact]
    public void All_places_are_dealt_and_each_particle_gets_its_share_rounded_down_or_up() => Check(setup =>
    {
        var dealt = setup.Dealt;
        var odds = setup.Scores.Select(score => double.IsNaN(score) ? 0
            : Math.Pow(Math.Clamp(score, 1e-7, 1 - 1e-7) / (1 - Math.Clamp(score, 1e-7, 1 - 1e-7)), 1 / setup.Temperature)).ToArray();
        if (odds.Sum() == 0) odds = [.. odds.Select(_ => 1.0)];
        return dealt.Sum() == setup.Places && odds.Zip(dealt).All(pair =>
            pair.Second >= Math.Floor(setup.Places * pair.First / odds.Sum() - 1e-6)
            && pair.Second <= Math.Ceiling(setup.Places * pair.First / odds.Sum() + 1e-6));
    });

    [Fact]
    public void Over_all_draws_a_particle_gets_its_share()
    {
        double[] scores = [0.2, 0.8, 0.6];
        double[] odds = [0.25, 4, 1.5];
        var sums = new double[3];
        const int Draws = 10_000;
        for (var i = 0; i < Draws; i++)
        {
            var dealt = ParticleDeal.Systematic(scores, 5, 1, (i + 0.5) / Draws);
            for (var k = 0; k < 3; k++) sums[k] += dealt[k];
        }
        for (var k = 0; k < 3; k++) Assert.Equal(5 * odds[k] / odds.Sum(), sums[k] / Draws, 3);
    }

    [Fact]
    public void An_unscored_particle_gets_no_place_beside_a_scored_one() => Check(setup =>
        setup.Scores.All(double.IsNaN)
        || setup.Scores.Zip(setup.Dealt).All(pair => !double.IsNaN(pair.First) || pair.Second == 0));

    [Fact]
    public void Only_early_levels_with_weight_on_few_particles_are_annealed()
    {
        double[] concentrated = [0.999, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
        // Odds 999 and seven 1: the effective number of particles is 1006² / (999² + 7).
        var effective = 1006.0 * 1006 / (999.0 * 999 + 7);
        Assert.Equal(8 / effective * 0.75, ParticleDeal.Temperature(concentrated, 5, 20), 9);
        Assert.Equal(1, ParticleDeal.Temperature(concentrated, 10, 20));
        Assert.Equal(1, ParticleDeal.Temperature([0.5, 0.6, 0.5, 0.4], 1, 20));
        Assert.Equal(1, ParticleDeal.Temperature([double.NaN, double.NaN], 1, 20));
    }
}
