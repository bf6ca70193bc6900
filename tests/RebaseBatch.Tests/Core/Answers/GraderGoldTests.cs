using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class GraderGoldTests
{
    [Fact]
    public void Every_gold_is_right_for_itself() =>
        Assert.All(Golds.All, gold => Assert.True(Grader.IsCorrect(gold.Text, gold.Text), gold.Text));

    [Fact]
    public async Task Every_bundled_gold_is_right_for_itself_and_for_its_value_in_other_writings()
    {
        var problems = await Problems.TakeAsync(int.MaxValue);
        Assert.True(problems.Count >= 500);
        foreach (var gold in problems.Select(problem => problem.GoldAnswer!))
        {
            Assert.All(new[] { gold, $"{gold}.00", $"\\boxed{{{gold}}}", $"x = {gold}", $"\\frac{{{gold}}}{{1}}" },
                answer => Assert.True(Grader.IsCorrect(answer, gold)));
            Assert.False(Grader.IsCorrect($"{gold}1", gold));
        }
    }

    [Fact]
    public void Every_gold_but_words_is_read_as_mathematics() =>
        Assert.All(Golds.All,
            gold => Assert.True(gold.Class == "words" == AnswerKey.Of(gold.Text).StartsWith('"'), $"{gold.Class}: {gold.Text}"));

    [Fact]
    public void No_two_golds_are_equal() =>
        Assert.All(Golds.All.GroupBy(gold => AnswerKey.Of(gold.Text)), group => Assert.Single(group));

    [Theory]
    [InlineData("${0}$")]
    [InlineData("$${0}$$")]
    [InlineData("\\({0}\\)")]
    [InlineData(" {0} .")]
    [InlineData("\\boxed{{{0}}}")]
    [InlineData("\\displaystyle {0}")]
    [InlineData("{{{0}}}")]
    public void Markup_around_a_gold_changes_nothing(string markup)
    {
        foreach (var (kind, gold) in Golds.All)
        {
            if (kind == "words" && markup[0] == '{') continue;
            Assert.True(Grader.IsCorrect(string.Format(markup, gold), gold), string.Format(markup, gold));
        }
    }

    [Theory]
    [InlineData("\\frac", "\\dfrac")]
    [InlineData("\\dfrac", "\\tfrac")]
    [InlineData("\\left", "")]
    [InlineData("\\begin{pmatrix}", "\\begin{bmatrix}")]
    [InlineData("\\infty", "∞")]
    [InlineData("\\pi", "π")]
    [InlineData("-", "−")]
    [InlineData("\\text", "\\mbox")]
    [InlineData("\\sqrt", "√")]
    [InlineData(" ", "  ")]
    [InlineData(" + ", "+")]
    [InlineData("^\\circ", "°")]
    [InlineData("\\cup", "∪")]
    [InlineData("\\pm", "±")]
    public void Other_writings_of_a_symbol_change_nothing(string symbol, string other)
    {
        var changed = Golds.All.Where(gold => gold.Text.Contains(symbol)).ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed, gold => Assert.True(Grader.IsCorrect(gold.Text.Replace(symbol, other), gold.Text), gold.Text));
    }

    [Theory]
    [InlineData("y = 2x+3", "2x+3", true)]
    [InlineData("2x+3", "y = 2x+3", true)]
    [InlineData("y = 2x+3", "k = 2x+3", false)]
    [InlineData("A = \\pi r^2", "\\pi r^2", true)]
    [InlineData("x + y = 2x+3", "2x+3", false)]
    [InlineData("x = x + 1", "x + 1", false)]
    [InlineData("2x+3", "2x-3", false)]
    public void A_definition_is_right_where_its_right_side_is_asked_for(string answer, string gold, bool right) =>
        Assert.Equal(right, Grader.IsCorrect(answer, gold));

    [Fact]
    public void Grading_treats_answer_and_gold_alike()
    {
        var readings = Golds.All.Select(gold => gold.Text).Append("2x+3").Select(AnswerReading.Of).ToList();
        Assert.All(readings, a => Assert.All(readings, b => Assert.Equal(Grader.IsCorrect(a, b), Grader.IsCorrect(b, a))));
    }
}
