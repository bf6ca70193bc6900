using RebaseBatch.Platform.Text;
using Xunit;

namespace RebaseBatch.Tests.Platform.Text;

[Fast]
public sealed class AccuracyTextTests
{
    [Theory]
    [InlineData(49, 60, "81.7 % (70.1 to 89.4)")]
    [InlineData(4, 4, "100.0 % (51.0 to 100.0)")]
    [InlineData(0, 0, "-")]
    public void An_accuracy_has_its_interval(int correct, int graded, string text) => Assert.Equal(text, AccuracyText.Of(correct, graded));

    [Theory]
    [InlineData(4, 30, "4 of 30 problems")]
    [InlineData(1200, 1200, "1,200 problems")]
    [InlineData(1, 1, "1 problem")]
    public void It_says_of_how_many_problems_it_is(int graded, int problems, string text) =>
        Assert.Equal(text, AccuracyText.Graded(graded, problems));
}
