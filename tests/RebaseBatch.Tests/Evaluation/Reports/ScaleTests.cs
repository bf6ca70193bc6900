using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Charts;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class ScaleTests
{
    static readonly Gen<double> s_positive = Gen.Choose(-300, 3000).Select(exponent => Math.Pow(10, exponent / 100.0));

    static void Check<T>(Gen<T> values, Func<T, bool> holds) =>
        Prop.ForAll(values.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_logarithmic_scale_holds_all_values_and_has_rising_ticks_within_it_with_a_label_at_least() =>
        Check(s_positive.NonEmptyListOf(), values =>
    {
        var scale = Scale.Decades(values);
        return values.All(value => scale.Place(value) is > 0 and < 1)
            && scale.Ticks.All(tick => scale.Place(tick.Value) is >= 0 and <= 1)
            && scale.Ticks.Zip(scale.Ticks.Skip(1)).All(pair => pair.First.Value < pair.Second.Value)
            && scale.Ticks.Any(tick => tick.Label is not null);
    });

    [Fact]
    public void A_decade_is_everywhere_as_long() => Check(s_positive, value =>
    {
        var scale = Scale.Decades([value, value * 1000]);
        return Math.Abs((scale.Place(value * 10) - scale.Place(value)) - (scale.Place(value * 1000) - scale.Place(value * 100))) < 1e-9;
    });

    [Fact]
    public void A_scale_from_zero_ends_at_a_tick_not_far_above_the_greatest_value() => Check(s_positive, greatest =>
    {
        var scale = Scale.FromZero(greatest, value => $"{value}");
        return scale.Ticks[0].Value == 0 && scale.Place(scale.Ticks[^1].Value) == 1 && scale.Ticks.Count is >= 3 and <= 7
            && scale.High >= greatest * (1 - 1e-9) && scale.High <= greatest * 1.5;
    });

    [Theory]
    [InlineData(100_000, "10⁵")]
    [InlineData(5.184e7, "5.18 × 10⁷")]
    [InlineData(9.999e11, "10¹²")]
    [InlineData(0.5, "0.5")]
    [InlineData(1200, "1.2E+03")]
    [InlineData(0.00002, "2 × 10⁻⁵")]
    [InlineData(0, "0")]
    public void Powers_are_raised(double value, string shown) => Assert.Equal(shown, NumberText.Scientific(value));
}
