using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>A gold answer that is one of several choices: its letter and its text.</summary>
[Fast]
public sealed class GraderChoiceTests
{
    [Theory]
    [InlineData("B", "(B) 2")]
    [InlineData("(B)", "(B) 2")]
    [InlineData("\\text{B}", "(B) 2")]
    [InlineData("\\text{(B)}", "(B) 2")]
    [InlineData("(B) 2", "(B) 2")]
    [InlineData("(B) two", "(B) 2")]
    [InlineData("2", "(B) 2")]
    [InlineData("2.0", "(B) 2")]
    [InlineData("x = 2", "(B) 2")]
    [InlineData("B", "(B) over there")]
    [InlineData("over there", "(B) over there")]
    [InlineData("Over  there", "(B) over there")]
    [InlineData("\\frac12", "(D) 1/2")]
    public void Its_letter_and_its_text_are_right(string answer, string gold) => Assert.True(Grader.IsCorrect(answer, gold));

    [Theory]
    [InlineData("C", "(B) 2")]
    [InlineData("(C) 2", "(B) 2")]
    [InlineData("3", "(B) 2")]
    [InlineData("b^2", "(B) 2")]
    [InlineData("2B", "(B) 2")]
    [InlineData("over", "(B) over there")]
    [InlineData("(A)", "(B) 12")]
    [InlineData("", "(B) 2")]
    public void Another_letter_or_text_is_wrong_and_so_is_the_right_text_behind_another_letter(string answer, string gold) =>
        Assert.False(Grader.IsCorrect(answer, gold));

    [Fact]
    public void A_product_of_a_letter_in_brackets_is_no_choice() => Assert.False(Grader.IsCorrect("B", "(B)2"));
}
