using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>Decimals that round the gold answer's value are right, but they are no votes for it.</summary>
[Fast]
public sealed class GraderRoundingTests
{
    [Theory]
    [InlineData("0.0833333333333333", "\\frac{1}{12}")]
    [InlineData("0.0833333", "1/12")]
    [InlineData("3.14159", "\\pi")]
    [InlineData("1.414213562373095", "\\sqrt{2}")]
    [InlineData("-0.666667", "-\\frac{2}{3}")]
    [InlineData("x = 0.333333", "\\frac13")]
    [InlineData("x \\approx 2.718282", "e")]
    [InlineData("162754.79", "e^{12}")]
    [InlineData("0.333333", "0.\\overline{3}")]
    public void A_decimal_of_six_digits_is_right_for_the_value_that_it_rounds(string answer, string gold)
    {
        Assert.True(Grader.IsCorrect(answer, gold));
        Assert.NotEqual(AnswerKey.Of(answer), AnswerKey.Of(gold));
    }

    [Theory]
    [InlineData("0.33", "\\frac13")]
    [InlineData("0.33333", "\\frac13")]
    [InlineData("0.333334", "\\frac13")]
    [InlineData("0.666666", "\\frac23")]
    [InlineData("3.14160", "\\pi")]
    [InlineData("3.141593", "-\\pi")]
    [InlineData("0.000003", "\\frac{1}{333333}")]
    [InlineData("162755", "e^{12}")]
    [InlineData("1.000001", "1")]
    [InlineData("\\frac13", "0.333333")]
    [InlineData("y = 0.333333", "x = \\frac13")]
    [InlineData("0.333333x", "\\frac{x}{3}")]
    [InlineData("(0.333333, 1)", "(\\frac13, 1)")]
    public void Other_decimals_are_values_of_their_own(string answer, string gold) => Assert.False(Grader.IsCorrect(answer, gold));
}
