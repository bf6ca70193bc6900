using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Answers;
using Xunit;

namespace RebaseBatch.Tests.Answers;

public sealed class AnswerKeyTests
{
    [Theory]
    // integers and decimals
    [InlineData("42", "42.0")]
    [InlineData("42", "042")]
    [InlineData("42", "+42")]
    [InlineData("42", " 42. ")]
    [InlineData("0", "-0.00")]
    [InlineData("-7", "−7")]
    [InlineData("-7", "- 7")]
    [InlineData("3.50", "3.5")]
    [InlineData(".5", "0.5")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890.0")]
    // thousands separators
    [InlineData("1,000", "1000")]
    [InlineData("58,500", "58500")]
    [InlineData("10,\\!080", "10080")]
    [InlineData("10,\\! 080", "10080")]
    [InlineData("1{,}000{,}000", "1000000")]
    [InlineData("1 000", "1000")]
    [InlineData("1\\,000", "1000")]
    [InlineData("1,234.50", "1234.5")]
    // fractions
    [InlineData("3/4", "0.75")]
    [InlineData("3 / 4", "6/8")]
    [InlineData("-3/4", "3/-4")]
    [InlineData("\\frac{3}{4}", "3/4")]
    [InlineData("\\dfrac{14}{3}", "\\frac{14}{3}")]
    [InlineData("\\tfrac{1}{3}", "\\frac13")]
    [InlineData("\\frac 1{3}", "\\frac{1}3")]
    [InlineData("\\frac12", "\\frac24")]
    [InlineData("-\\frac{1}{2}", "\\frac{-1}{2}")]
    [InlineData("-\\frac{1}{2}", "-0.5")]
    [InlineData("\\frac{1,000}{2.5}", "400")]
    [InlineData("6/3", "2")]
    // mixed numbers
    [InlineData("137 \\frac{1}{2}", "137.5")]
    [InlineData("137\\frac12", "137.5")]
    [InlineData("137 1/2", "137.5")]
    [InlineData("5 100/200", "5.5")]
    [InlineData("-2\\frac{1}{4}", "-9/4")]
    // scientific notation
    [InlineData(".0000672", "6.72\\times10^{-5}")]
    [InlineData("6.72 \\times 10^{-5}", "6.72e-5")]
    [InlineData("3 \\cdot 10^4", "30000")]
    [InlineData("3 × 10^4", "3E+4")]
    // money, percent, degrees, units
    [InlineData("$18", "18")]
    [InlineData("\\$18.90", "18.9")]
    [InlineData("-$5", "$-5")]
    [InlineData("€7", "7")]
    [InlineData("28\\%", "28")]
    [InlineData("28%", "28 percent")]
    [InlineData("90^\\circ", "90")]
    [InlineData("90^{\\circ}", "90°")]
    [InlineData("90 degrees", "90\\degree")]
    [InlineData("125", "125 miles")]
    [InlineData("15\\mbox{ cm}^2", "15")]
    [InlineData("15\\text{ cm}^{2}", "15 cm²")]
    [InlineData("5\\text{ m}", "5")]
    [InlineData("60 miles per hour", "60")]
    [InlineData("60 km/h", "60")]
    [InlineData("12 sq. ft.", "12")]
    [InlineData("\\frac{3}{2} \\text{ hours}", "1.5 hours")]
    [InlineData("x = 5", "5")]
    // delimiters and markup
    [InlineData("$42$", "42")]
    [InlineData("$$\\frac{1}{2}$$", "\\(\\frac{1}{2}\\)")]
    [InlineData("\\[ 7 \\]", "7")]
    [InlineData("\\boxed{7}", "7")]
    [InlineData("\\text{even}", "even")]
    [InlineData("\\textbf{(B)}", "(B)")]
    [InlineData("the   cat ", "the cat.")]
    [InlineData("\\left( 1, 2 \\right)", "(1,2)")]
    [InlineData("\\left\\{x\\right\\}", "\\{x\\}")]
    [InlineData("\\left. x \\right|", "x|")]
    [InlineData("x + 1", "x+1")]
    [InlineData("\\pi r^2", "$\\pi$ $r^2$")]
    [InlineData("2π", "2\\pi")]
    [InlineData("\\dfrac{\\pi}{2}", "\\frac{\\pi}{2}")]
    [InlineData("[-2,7]", "[-2, 7]")]
    [InlineData("\\{\\!1\\}", "\\{1\\}")]
    [InlineData("x\\text{ and }y", "x and y")]
    [InlineData("(3,100)", "(3, 100)")]
    public void Equal(string a, string b) => Assert.Equal(AnswerKey.Of(a), AnswerKey.Of(b));

    [Theory]
    [InlineData("12:00", "1:00")]
    [InlineData("12:00", "12")]
    [InlineData("12 PM", "12 AM")]
    [InlineData("7\\text{ a.m.}", "7\\text{ p.m.}")]
    [InlineData("\\pm 2021", "2021")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("(3,100)", "3100")]
    [InlineData("(3,100)", "(3100)")]
    [InlineData("3, 100", "3100")]
    [InlineData("3 ,100", "3100")]
    [InlineData("1,2", "12")]
    [InlineData("1,0000", "10000")]
    [InlineData("0,123", "123")]
    [InlineData("1,000,00", "100000")]
    [InlineData("\\frac13", "0.33")]
    [InlineData("\\frac13", "0.333333")]
    [InlineData("\\frac{1}{2004!}", "\\frac{1}{2006!}")]
    [InlineData("(3,1)", "\\{1,3\\}")]
    [InlineData("2x+z=1", "1")]
    [InlineData("x=5", "x=6")]
    [InlineData("10 million", "10")]
    [InlineData("$5 million", "5")]
    [InlineData("5 tenths", "5")]
    [InlineData("3 dozen", "3")]
    [InlineData("5 x", "5")]
    [InlineData("5x", "5")]
    [InlineData("3\\mathrm{i}", "3")]
    [InlineData("2\\text{nd}", "2")]
    [InlineData("\\frac{1}{2}bh", "1/2")]
    [InlineData("5 or more", "5")]
    [InlineData("5 squared", "5")]
    [InlineData("5^2", "5")]
    [InlineData("101_2", "101")]
    [InlineData("101 base two", "101")]
    [InlineData("5 dollars and 50 cents", "5")]
    [InlineData("18%", "0.18")]
    [InlineData("2\\frac{5}{2}", "9/2")]
    [InlineData("1/0", "0")]
    [InlineData("1/2/3", "1/6")]
    [InlineData("1.2.3", "1.2")]
    [InlineData("--5", "5")]
    [InlineData("5-3", "2")]
    [InlineData("1e999999999", "1")]
    [InlineData("1e999999999", "1e999999998")]
    [InlineData("X", "x")]
    [InlineData("\\leftarrow", "arrow")]
    [InlineData("\\pi r", "\\pir")]
    [InlineData("f\\circ g", "fg")]
    [InlineData("ab", "a b")]
    public void Different(string a, string b) => Assert.NotEqual(AnswerKey.Of(a), AnswerKey.Of(b));

    [Theory]
    [InlineData("-0.750", "-3/4")]
    [InlineData("1e3", "1000")]
    [InlineData("\\text{the   set } (1,2) ", "the set(1, 2)")]
    [InlineData("$$", "")]
    [InlineData("  ", "")]
    public void Keys_are_written_in_canonical_form(string answer, string key) => Assert.Equal(key, AnswerKey.Of(answer));

    [Fact]
    public void Huge_exponents_and_endless_digits_stay_bounded()
    {
        Assert.Equal("1" + new string('0', 1000), AnswerKey.Of("1e1000"));
        Assert.Equal(AnswerKey.Of("1" + new string('0', 1000)), AnswerKey.Of("1e1000"));
        Assert.Equal("1e1001", AnswerKey.Of("1e1001"));
        Assert.Equal("2\\times10^{-99999999999}", AnswerKey.Of("2 \\times 10^{-99999999999}"));
        Assert.Equal(new string('9', 100_000), AnswerKey.Of(new string('9', 100_000)));
        Assert.Equal("5", AnswerKey.Of(new string(' ', 100_000) + "5"));
        foreach (var piece in new[] { "{", "}", "\\text{", "^{\\circ}", "\\frac", "1,000", ",", "\\left", "$", "-", ". ", "1 ", "a/" })
            AnswerKey.Of(string.Concat(Enumerable.Repeat(piece, 200_000)));
    }

    static readonly Gen<string> s_answer = Gen.OneOf(
        Gen.Elements(
            "0", "1", "7", "12", "000", "3.5", ".", ",", " ", "-", "+", "/", "%", "^", "_", "=", "x", "e", "ab", "miles", "cm", "million",
            "{", "}", "(", ")", "\\", "\\{", "\\}", "\\%", "\\$", "\\!", "\\,", "\\ ", "\\\\", "\\[", "\\frac", "\\dfrac", "\\text", "\\mbox{",
            "\\mathbf", "\\left", "\\right", "\\circ", "\\degree", "^\\circ", "\\times10^", "\\cdot", "\\pi", "{,}", "°", "²", "−", "×", "$", "€", "~", "\n")
            .NonEmptyListOf().Select(string.Concat),
        ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""));

    [Fact]
    public void A_key_is_its_own_key_for_any_text() =>
        Prop.ForAll(s_answer.ToArbitrary(), answer => AnswerKey.Of(answer) is var key && AnswerKey.Of(key) == key)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(30));

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
                $"{numerator}e-{power}",
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
