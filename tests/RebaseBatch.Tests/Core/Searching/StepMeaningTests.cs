using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

/// <summary>Stored searches of DORA depend on these texts.</summary>
[Fast]
public sealed class StepMeaningTests
{
    [Theory]
    [InlineData("Step 2:  So Ann has\n 7 apples. ", "step 2: so ann has 7 apples")]
    [InlineData("", "")]
    [InlineData(" . ", "")]
    public void Words_have_no_case_and_one_space(string step, string meaning) =>
        Assert.Equal(meaning, StepMeaning.Of(step, DirectionKey.Step));

    [Theory]
    [InlineData("So she has 3 + 4 = 7 apples.", "3+4=7")]
    [InlineData("In total $3 \\times 4 = 12$, and then 12 ÷ 2 = 6.", "3*4=12 12/2=6")]
    [InlineData("She had 5 and bought 3.", "5 3")]
    [InlineData("The price is 2.50, not 1,000.", "2.50 1,000")]
    [InlineData("Let x be - the number = of apples.", "let x be - the number = of apples")]
    [InlineData("(3 + 4) × 2 = 14", "(3+4)*2=14")]
    public void Equations_come_before_numbers_and_numbers_before_words(string step, string meaning) =>
        Assert.Equal(meaning, StepMeaning.Of(step, DirectionKey.Equations));
}
