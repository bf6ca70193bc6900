using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class AnswerExtractorTests
{
    [Theory]
    [InlineData("Step 1: 6 * 7 = 42\n#### 42", "42")]
    [InlineData("#### 1,234\nSomething after it.", "1,234")]
    [InlineData("####42", "42")]
    [InlineData("#### $-5.50 ", "$-5.50")]
    [InlineData("so yes\n#### yes\n", "yes")]
    public void Gsm8k_hashes(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("#### Step 2: add 3\nThen we are done.")]
    [InlineData("#### 3 apples are left\nThen we are done.")]
    public void Markdown_headings_are_no_answers(string solution) => Assert.Null(AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("Step 2: 6 * 7 = 42 The answer is: 42", "42")]
    [InlineData("The answer is 42", "42")]
    [InlineData("The answer is:42.", "42")]
    [InlineData("The answer is: 3.5.", "3.5")]
    [InlineData("The answer is: 42.\nAnd more text.", "42")]
    [InlineData("The answer is: 42 ки", "42")]
    [InlineData("The answer is: 42. ки\n", "42")]
    [InlineData("The answer is: $\\frac{1}{2}$\r\nmore", "$\\frac{1}{2}$")]
    [InlineData("The answer is: 1\nThe answer is: 2", "2")]
    [InlineData("The answer is: ночки", "ночки")]
    public void Meta_math_sentences(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("so \\boxed{42}.", "42")]
    [InlineData("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}")]
    [InlineData("\\boxed{ \\left\\{1, 2\\right\\} }", "\\left\\{1, 2\\right\\}")]
    [InlineData("\\boxed{\\left\\{x\\right.}", "\\left\\{x\\right.")]
    [InlineData("$\\boxed 42$ is it", "42")]
    [InlineData("\\boxed {7}", "7")]
    [InlineData("\\fbox{red}", "red")]
    [InlineData("\\boxed{1} or rather \\boxed{2}", "2")]
    [InlineData("\\boxed{\\boxed{3}}", "3")]
    public void Boxes(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("Final Answer: The final answer is $3x.5$. I hope it is correct.", "$3x.5$")]
    [InlineData("Final Answer: The final answer is 12. I hope it is correct.\nProblem: another", "12")]
    [InlineData("The final answer is 12.", "12")]
    [InlineData("The final answer is $\\boxed{12}$. I hope it is correct.", "12")]
    public void Minerva_sentences(string solution, string expected) => Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("\\boxed{1}\nThe answer is: 2\n#### 3", "3")]
    [InlineData("#### 3\n\\boxed{1}\nThe answer is: 2", "2")]
    [InlineData("The answer is: 2, that is \\boxed{1}", "1")]
    public void Of_several_conventions_the_last_speaks(string solution, string expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(solution));

    [Theory]
    [InlineData("")]
    [InlineData("no answer here, 42")]
    [InlineData("The answer isn't 42")]
    [InlineData("The answer is:")]
    [InlineData("The answer is: .")]
    [InlineData("The answer is: ки")]
    [InlineData("\\boxed{}")]
    [InlineData("\\boxed{ {1}")]
    [InlineData("\\boxed")]
    [InlineData("#### ")]
    public void No_answer_or_an_empty_one_is_null(string solution) => Assert.Null(AnswerExtractor.Extract(solution));

    [Fact]
    public void Any_text_is_read_without_a_fault_and_what_is_found_stands_in_it()
    {
        var piece = Gen.OneOf(
            Gen.Elements("####", "The answer is", "The final answer is", "\\boxed", "\\fbox", "{", "}", "\\", ":", ".", "\n", " ",
                "ки", "42", "$"),
            ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""));
        Prop.ForAll(piece.ListOf().Select(string.Concat).ToArbitrary(), text =>
            AnswerExtractor.Extract(text) is not { } answer
            || (answer.Length > 0 && answer == answer.Trim() && text.Contains(answer, StringComparison.Ordinal)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void A_megabyte_of_markers_is_read_in_time()
    {
        foreach (var marker in new[] { "####", "#### ", "#### x\n", "The answer is", "\\boxed", "\\boxed{", "\\boxed " })
            AnswerExtractor.Extract(string.Concat(Enumerable.Repeat(marker, 1_000_000 / marker.Length)) + "\nend");
    }
}
