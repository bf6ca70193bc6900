using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class WidthAllocationTests
{
    sealed record Vector(double[] Scores, int Width, double Temperature, int[] Widths);

    /// <summary>One call of the allocation, as properties draw it.</summary>
    sealed record Call(double[] Scores, int Width, double Temperature)
    {
        public override string ToString() => $"[{string.Join(", ", Scores)}], width {Width}, T {Temperature}";
    }

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    static readonly Gen<double> s_score = Gen.OneOf(
        Gen.Choose(0, 1_000_000).Select(i => i / 1e6),
        Gen.Elements(0.1, 0.5, 0.9), // ties
        Gen.Choose(0, 1000).Select(i => 0.9 + (i / 1e4)));

    static readonly Gen<Call> s_call =
        from scores in s_score.NonEmptyListOf()
        from width in Gen.OneOf(Gen.Choose(1, 256), Gen.Choose(1, 8))
        from exponent in Gen.Choose(-400, 400)
        select new Call([.. scores], width, Math.Pow(10, exponent / 100.0));

    static void Check(Func<Call, bool> holds) => Check(s_call, holds);

    static void Check(Gen<Call> calls, Func<Call, bool> holds) =>
        Prop.ForAll(calls.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Ceil_gives_the_reference_widths_to_the_digit()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "allocation.jsonl"));
        Assert.Equal(150, lines.Length);
        Assert.All(lines, line =>
        {
            var vector = JsonSerializer.Deserialize<Vector>(line, s_json)!;
            Assert.Equal(vector.Widths, WidthAllocation.Ceil(vector.Scores, vector.Width, vector.Temperature));
        });
    }

    [Theory]
    [InlineData(0.2, new[] { 10, 5, 1, 0 })]
    [InlineData(0.1, new[] { 12, 4, 0, 0 })]
    public void Ceil_deals_as_the_authors_code_was_seen_to(double temperature, int[] expected) =>
        Assert.Equal(expected, WidthAllocation.Ceil([0.9, 0.8, 0.5, 0.1], 16, temperature));

    [Fact]
    public void Of_equal_scores_the_later_born_is_served_first()
    {
        Assert.Equal([0, 1, 1], WidthAllocation.Ceil([0.5, 0.5, 0.5], 2, 0.1));
        Assert.Equal([0, 0, 1], WidthAllocation.Round([0.5, 0.5, 0.5], 1, 0.1));
    }

    [Fact]
    public void A_share_that_is_whole_but_for_rounding_is_not_lifted()
    {
        // 0.3 and 0.1 weigh 3 : 1 at T = 0.2 / ln 3, so 8 children are 6 and 2; without slack the ceiling gives 7 in some of these.
        for (var width = 4; width <= 256; width += 4)
            Assert.Equal([width * 3 / 4, width / 4], WidthAllocation.Ceil([0.3, 0.1], width, 0.2 / Math.Log(3)));
    }

    [Fact]
    public void Ceil_deals_the_whole_width() => Check(c => WidthAllocation.Ceil(c.Scores, c.Width, c.Temperature).Sum() == c.Width);

    [Fact]
    public void Round_deals_at_least_one_child_and_at_most_the_width() =>
        Check(c => WidthAllocation.Round(c.Scores, c.Width, c.Temperature).Sum() is var sum && sum >= 1 && sum <= c.Width);

    [Theory]
    [InlineData(Allocation.Ceil)]
    [InlineData(Allocation.Round)]
    public void In_serving_order_widths_never_rise(Allocation allocation) => Check(c =>
    {
        var widths = WidthAllocation.Deal(allocation, c.Scores, c.Width, c.Temperature);
        var served = Enumerable.Range(0, widths.Length)
            .OrderByDescending(i => c.Scores[i]).ThenByDescending(i => i)
            .Select(i => widths[i]).ToArray();
        return served.Zip(served.Skip(1), (before, after) => before >= after).All(holds => holds);
    });

    [Theory]
    [InlineData(Allocation.Ceil)]
    [InlineData(Allocation.Round)]
    public void Distinct_scores_take_their_widths_along_wherever_they_stand(Allocation allocation)
    {
        var shuffled =
            from call in s_call
            let scores = call.Scores.Distinct().ToArray()
            from order in Gen.Shuffle(Enumerable.Range(0, scores.Length))
            select (Call: call with { Scores = scores }, Order: order);
        Prop.ForAll(shuffled.ToArbitrary(), drawn =>
        {
            var ((scores, width, temperature), order) = drawn;
            var straight = WidthAllocation.Deal(allocation, scores, width, temperature);
            var permuted = WidthAllocation.Deal(allocation, Array.ConvertAll(order, i => scores[i]), width, temperature);
            return permuted.SequenceEqual(order.Select(i => straight[i]));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Theory]
    [InlineData(8, new[] { 6, 2 })]
    [InlineData(9, new[] { 7, 2 })] // 6.75 and 2.25
    [InlineData(10, new[] { 8, 2 })] // 7.5 and 2.5, of which 2 are left
    [InlineData(5, new[] { 4, 1 })] // 3.75 and 1.25
    public void Round_gives_the_rounded_softmax_share_as_far_as_the_width_lasts(int width, int[] expected) =>
        Assert.Equal(expected, WidthAllocation.Round([0.3, 0.1], width, 0.2 / Math.Log(3))); // weights 3 : 1

    [Fact]
    public void Round_leaves_unspent_what_no_share_rounds_up_to() =>
        Assert.Equal([1, 1, 1], WidthAllocation.Round([0.5, 0.5, 0.5], 4, 0.1)); // 1.33 each

    [Fact]
    public void Unscored_nodes_get_nothing_beside_scored_ones()
    {
        Assert.Equal([0, 4, 0], WidthAllocation.Ceil([double.NaN, 0.0, double.NaN], 4, 0.1));
        Assert.Equal([0, 4, 0], WidthAllocation.Round([double.NaN, 0.0, double.PositiveInfinity], 4, 0.1));
    }

    [Fact]
    public void Only_unscored_nodes_share_equally()
    {
        Assert.Equal([1, 2, 2], WidthAllocation.Ceil([double.NaN, double.NaN, double.NaN], 5, 0.1));
        Assert.Equal([2, 2, 2], WidthAllocation.Round([double.NaN, double.NaN, double.NaN], 6, 0.1));
    }

    [Theory]
    [InlineData(Allocation.Ceil)]
    [InlineData(Allocation.Round)]
    public void Extreme_scores_and_temperatures_are_dealt_like_any_other(Allocation allocation)
    {
        var extreme = Gen.OneOf(s_score, Gen.Elements(
            0, -0.0, 1, -1, 1e-300, 1e300, -1e300, double.MaxValue, double.MinValue, double.Epsilon,
            double.NaN, double.PositiveInfinity, double.NegativeInfinity));
        var calls =
            from scores in extreme.NonEmptyListOf()
            from width in Gen.Choose(1, 256)
            from temperature in Gen.Elements(1e-4, 1e-3, 0.1, 1, 1e4, double.Epsilon, double.MaxValue)
            select new Call([.. scores], width, temperature);
        Check(calls, c =>
        {
            var widths = WidthAllocation.Deal(allocation, c.Scores, c.Width, c.Temperature);
            var sum = widths.Sum();
            return widths.All(w => w >= 0) && sum >= 1 && (allocation == Allocation.Round ? sum <= c.Width : sum == c.Width);
        });
    }

    [Fact]
    public void No_nodes_or_no_width_deal_nothing()
    {
        Assert.Empty(WidthAllocation.Ceil([], 5, 0.1));
        Assert.Empty(WidthAllocation.Round([], 5, 0.1));
        Assert.Equal([0, 0], WidthAllocation.Ceil([0.1, 0.2], 0, 0.1));
        Assert.Equal([0, 0], WidthAllocation.Round([0.1, 0.2], 0, 0.1));
    }

    [Theory]
    [InlineData(-1, 0.1)]
    [InlineData(4, 0.0)]
    [InlineData(4, -1.0)]
    [InlineData(4, double.NaN)]
    public void A_negative_width_or_a_temperature_not_above_zero_is_refused(int width, double temperature) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WidthAllocation.Ceil([0.5], width, temperature));
}
