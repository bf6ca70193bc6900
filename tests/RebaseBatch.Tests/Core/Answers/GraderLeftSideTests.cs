using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>Left sides of equations: whether an answer is right against a gold answer that is a value.</summary>
[Fast]
public sealed class GraderLeftSideTests
{
    [Theory]
    [InlineData("|AB|=1", "1")]
    [InlineData("\\overline{AB}=5", "5")]
    [InlineData("P(X=1)=\\frac12", "0.5")]
    [InlineData("\\text{Area}=5", "5")]
    [InlineData("x+y=5", "5")]
    [InlineData("S_1:S_2=7:32", "7:32")]
    [InlineData("0<f(x)<1", "(0,1)")]
    [InlineData("|\\vec{a}+\\vec{b}| = \\sqrt{12}", "2\\sqrt{3}")]
    [InlineData("\\text{Area of triangle } ABC = 12\\text{ cm}^2", "12")]
    [InlineData("P(A|B)=0.25", "\\frac14")]
    [InlineData("a^2+b^2 = 9+16 = 25", "25")]
    [InlineData("S = \\frac12 bh = 6", "6")]
    [InlineData("0 \\le x+y \\le 3", "[0,3]")]
    [InlineData("\\frac{AB}{CD} = \\frac{2}{4}", "\\frac12")]
    [InlineData("a:b = 3:2", "3:2")]
    [InlineData("\\angle A + \\angle B = 90^\\circ", "90")]
    [InlineData("3x+1=16", "16")]
    public void A_left_side_before_the_gold_value_goes(string answer, string gold) => Assert.True(Grader.IsCorrect(answer, gold));

    [Theory]
    [InlineData("|AB|=1", "2")]
    [InlineData("\\overline{AB}=5", "-5")]
    [InlineData("P(X=1)=\\frac12", "1")]
    [InlineData("\\text{Area}=5", "25")]
    [InlineData("x+y=5", "6")]
    [InlineData("S_1:S_2=7:32", "32:7")]
    [InlineData("0<f(x)<1", "[0,1]")]
    [InlineData("0<f(x)<1", "(0,2)")]
    [InlineData("3x+1=16", "5")]
    [InlineData("x=5", "y=5")]
    [InlineData("x+y=5", "x=5")]
    [InlineData("x+y=5", "x+z=5")]
    [InlineData("2x-4=0", "2")]
    [InlineData("\\frac{x}{3}=4", "12")]
    [InlineData("5", "x+y=5")]
    [InlineData("5", "3x+1=16")]
    [InlineData("a^2+b^2 = 9+16 = 24", "24")]
    [InlineData("a^2+b^2 = 9+16 = 24", "25")]
    [InlineData("x+y \\ne 5", "5")]
    [InlineData("\\text{not }x = 5", "5")]
    [InlineData("x+y=5, x-y=1", "5")]
    [InlineData("x+2y+9=0", "0")]
    [InlineData("x+y=2z", "2z")]
    public void A_left_side_changes_no_other_verdict(string answer, string gold) => Assert.False(Grader.IsCorrect(answer, gold));

    [Theory]
    [InlineData("3x+1=16")]
    [InlineData("x+y=5")]
    [InlineData("S_1:S_2=7:32")]
    [InlineData("0<f(x)<1")]
    [InlineData("\\text{Area}=5")]
    [InlineData("y=5")]
    public void An_equation_is_right_for_itself(string gold) => Assert.True(Grader.IsCorrect(gold, gold));

    [Theory]
    [InlineData("x=5", "5")]
    [InlineData("5", "y=5")]
    [InlineData("y=5", "y=5.0")]
    [InlineData("2x+y=6", "6-y=2x")]
    public void Classes_of_votes_count_as_before(string answer, string gold) => Assert.True(Grader.IsCorrect(answer, gold));
}
