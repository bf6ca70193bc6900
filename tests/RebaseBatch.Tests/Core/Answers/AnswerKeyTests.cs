using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class AnswerKeyTests
{
    [Theory]
    [InlineData("-0.750", "-3/4")]
    [InlineData("1e3", "1000")]
    [InlineData("\\text{The   set } (1,2) ", "\"the set(1, 2)")]
    [InlineData("(1,\\frac24]", "(1, 1/2]")]
    [InlineData("3,1,2", "{1; 2; 3}")]
    [InlineData("[4,5]\\cup(1,2)", "(1, 2) ∪ [4, 5]")]
    [InlineData("x=1,y=2", "{x: 1; y: 2}")]
    [InlineData("\\sin 30^\\circ", "1/2")]
    [InlineData("3-2i", "3+-2i")]
    [InlineData("0101_2", "101_2")]
    [InlineData("$$", "")]
    [InlineData("  ", "")]
    public void Keys_are_written_in_canonical_form(string answer, string key) => Assert.Equal(key, AnswerKey.Of(answer));

    [Fact]
    public void Huge_exponents_and_endless_digits_stay_bounded()
    {
        Assert.Equal("1" + new string('0', 1000), AnswerKey.Of("1e1000"));
        Assert.Equal(AnswerKey.Of("1" + new string('0', 999)), AnswerKey.Of("1e999"));
        Assert.Equal("\"1e1001", AnswerKey.Of("1e1001"));
        Assert.Equal("\"2\\times10^{-99999999999}", AnswerKey.Of("2 \\times 10^{-99999999999}"));
        Assert.NotEqual(AnswerKey.Of(new string('9', 100_000)), AnswerKey.Of(new string('9', 100_001)));
        Assert.Equal(AnswerKey.Of(new string('9', 100_000)), AnswerKey.Of(new string('9', 100_000) + "  "));
        Assert.Equal(65, AnswerKey.Of(new string('9', 100_000)).Length);
        Assert.Equal("5", AnswerKey.Of(new string(' ', 100_000) + "5"));
    }

    [Fact]
    public void Every_writing_of_a_rational_number_has_one_key()
    {
        var numbers =
            from numerator in Gen.Choose(-1_000_000, 1_000_000)
            from zeros in Gen.Choose(0, 3)
            from power in Gen.Choose(0, 5)
            from factor in Gen.Choose(1, 50)
            select (numerator, zeros, power, factor);
        Prop.ForAll(numbers.ToArbitrary(), drawn =>
        {
            var (numerator, zeros, power, factor) = drawn;
            var value = numerator / (decimal)Math.Pow(10, power);
            var denominator = (long)Math.Pow(10, power);
            var plain = value.ToString($"F{power}") + (power > 0 ? new string('0', zeros) : "");
            string[] writings =
            [
                plain,
                value.ToString($"N{power}"),
                $"${plain}$",
                $"{plain}\\text{{ apples}}",
                $"{(long)numerator * factor}/{denominator * factor}",
                $"\\frac{{{(long)numerator * factor}}}{{{denominator * factor}}}",
                $"{numerator}E-{power}",
                $"{numerator} \\times 10^{{-{power}}}",
            ];
            return writings.Select(AnswerKey.Of).Distinct().Count() == 1;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Different_rational_numbers_have_different_keys()
    {
        var pairs =
            from a in Gen.Choose(-200, 200)
            from b in Gen.Choose(1, 200)
            from c in Gen.Choose(-200, 200)
            from d in Gen.Choose(1, 200)
            select (a, b, c, d);
        Prop.ForAll(pairs.ToArbitrary(), n =>
            AnswerKey.Of($"{n.a}/{n.b}") == AnswerKey.Of($"\\frac{{{n.c}}}{{{n.d}}}") == (n.a * n.d == n.c * n.b))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void An_answer_is_right_when_it_is_in_the_gold_answers_class()
    {
        Assert.True(Grader.IsCorrect("\\frac{7}{2}", "3.50"));
        Assert.False(Grader.IsCorrect("3.51", "3.50"));
        Assert.False(Grader.IsCorrect("$$", "$"));
    }
}
