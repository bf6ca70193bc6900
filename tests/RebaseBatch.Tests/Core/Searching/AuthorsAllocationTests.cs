using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using RebaseBatch.Core.Searching.Authors;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class AuthorsAllocationTests
{
    sealed record Vector(double[] Scores, int Width, double Temperature, int[] Widths);

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData(0.2, new[] { 10, 5, 1, 0 })]
    [InlineData(0.1, new[] { 12, 4, 0, 0 })]
    public void Deals_as_their_code_was_seen_to(double temperature, int[] expected) =>
        Assert.Equal(expected, AuthorsAllocation.Ceil([0.9, 0.8, 0.5, 0.1], 16, temperature));

    [Fact]
    public void Of_equal_scores_the_later_born_is_served_first() =>
        Assert.Equal([0, 1, 1], AuthorsAllocation.Ceil([0.5, 0.5, 0.5], 2, 0.1));

    /// <summary>The vectors are the exact rule's; 32-bit sums differ from it by a child here and there, and in nothing else.</summary>
    [Fact]
    public void Is_the_exact_rule_but_for_the_rounding_of_32_bits()
    {
        var others = 0;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Vectors", "allocation.jsonl")))
        {
            var vector = JsonSerializer.Deserialize<Vector>(line, s_json)!;
            var widths = AuthorsAllocation.Ceil(vector.Scores, vector.Width, vector.Temperature);
            if (widths.SequenceEqual(vector.Widths)) continue;
            others++;
            Assert.All(widths.Zip(vector.Widths), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
        Assert.InRange(others, 1, 40); // of 150; the vectors look for the corners
    }

    /// <summary>
    /// Few nodes and a great width: what rounding left of S is less than the last weight, so that its share is above all that is left.
    /// </summary>
    [Fact]
    public void Deals_one_child_too_many_where_their_arithmetic_does()
    {
        var random = RandomStream.ForSearch(1, 1);
        var more = 0;
        for (var call = 0; call < 2000; call++)
        {
            double[] scores = [.. Enumerable.Range(0, 4).Select(i => random.NextDouble((call * 4) + i))];
            var dealt = AuthorsAllocation.Ceil(scores, 64, 0.2).Sum();
            Assert.InRange(dealt, 64, 65);
            more += dealt - 64;
        }
        Assert.InRange(more, 200, 1000); // about one call in four
    }

    [Theory]
    [InlineData(new[] { 0.9, 0.8, 0.1 }, 0.01)] // e^90 is beyond a 32-bit float: their sum is infinite, their share not a number
    [InlineData(new[] { 1.0, 0.0, 0.0 }, 0.05)] // e^0 is lost beside e^20: S is 0 after the first, and they divide 0 by it
    public void Where_their_code_ends_in_an_exception_the_exact_rule_deals(double[] scores, double temperature) =>
        Assert.Equal(WidthAllocation.Ceil(scores, 16, temperature), AuthorsAllocation.Ceil(scores, 16, temperature));

    [Fact]
    public void Never_deals_less_than_nothing_or_more_than_twice_the_width()
    {
        var calls =
            from scores in Gen.OneOf(Gen.Choose(0, 1_000_000).Select(i => i / 1e6), Gen.Elements(0.0, 0.1, 0.5, 0.9, 1.0)).NonEmptyListOf()
            from width in Gen.Choose(0, 256)
            from temperature in Gen.Elements(1e-4, 0.0115, 0.02, 0.05, 0.1, 0.2, 1, 1e4)
            select (Scores: scores.ToArray(), Width: width, Temperature: temperature);
        Prop.ForAll(calls.ToArbitrary(), c =>
        {
            var widths = AuthorsAllocation.Ceil(c.Scores, c.Width, c.Temperature);
            return widths.Length == c.Scores.Length && widths.All(w => w >= 0) && widths.Sum() <= 2 * c.Width;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
