using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class ToleranceTests
{
    static bool IsRight(string answer, string gold, string? tolerance, double? ofJob = null)
    {
        var rules = AnswerRules.Of(new() { Policy = "p", Tolerance = ofJob });
        return rules.AllVotes([new Candidate(1, "", answer, [])], gold, scored: false, tolerance)[0].Correct!.Value;
    }

    [Theory]
    [InlineData("4.3", "4.2", "0.1", true)] // the end is included
    [InlineData("4.1", "4.2", "1e-1", true)]
    [InlineData("4.31", "4.2", "0.1", false)]
    [InlineData("4.2", "4.2", "0", true)]
    [InlineData("4.21", "4.2", null, false)]
    [InlineData("\\frac{21}{5}", "4.15", "0.05", true)]
    [InlineData("\\sqrt{2}", "1.41", "0.01", true)]
    [InlineData("1.41", "\\sqrt{2}", "0.01", true)]
    [InlineData("1.4", "\\sqrt{2}", "0.01", false)]
    [InlineData("1000", "1001", "0.1", false)] // absolute, not relative
    [InlineData("x = 4.25", "4.2", "0.1", true)]
    [InlineData("|AB| = 4.25", "4.2", "0.1", true)]
    [InlineData("y = 4.25", "x = 4.2", "0.1", false)]
    [InlineData("4.25\\text{ cm}", "4.2", "0.1", true)]
    [InlineData("4.25", "4.2\\text{ cm}", "0.1", true)]
    [InlineData("-4.2", "4.2", "0.1", false)]
    [InlineData("x + 0.05", "x", "0.1", false)] // only numbers
    [InlineData("(1, 2.05)", "(1, 2)", "0.1", false)]
    [InlineData("[1, 2.05]", "[1, 2]", "0.1", false)]
    [InlineData("about four", "4", "0.1", false)]
    public void A_number_may_be_as_far_away_as_the_dataset_says(string answer, string gold, string? tolerance, bool right) =>
        Assert.Equal(right, IsRight(answer, gold, tolerance));

    [Theory]
    [InlineData("1.05, 2", "1, 2", "0.1", true)]
    [InlineData("2, 1.05", "1, 2", "0.1", true)]
    [InlineData("1.05", "1, 2", "0.1", false)]
    [InlineData("1, 1.05, 2", "1, 2", "0.1", false)]
    [InlineData("1.05, 2.2", "1, 2", "0.1, 0.2", true)]
    [InlineData("1.2, 2.05", "1, 2", "0.1, 0.2", false)]
    [InlineData("1, 2.2", "1, 2", ", 0.2", true)]
    [InlineData("1.05, 2.2", "1, 2", ", 0.2", false)]
    [InlineData("1.1, 0.9", "1, 1.1", "0.1", true)] // 1.1 is near to both, and only 0.9 needs the 1
    [InlineData("0.9, 1.1", "1.1, 1", "0.1", true)]
    [InlineData("\\pm 1.05", "\\pm 1", "0.1", true)]
    [InlineData("\\{1.05, 2\\}", "\\{1, 2\\}", "0.1", true)]
    [InlineData("1.05, x", "1, x", "0.1", false)]
    public void Each_item_of_a_list_needs_an_item_of_its_own(string answer, string gold, string tolerance, bool right) =>
        Assert.Equal(right, IsRight(answer, gold, tolerance));

    [Fact]
    public void The_datasets_tolerance_comes_before_the_jobs()
    {
        Assert.True(IsRight("4.25", "4.2", null, ofJob: 0.1));
        Assert.False(IsRight("4.25", "4.2", "0.01", ofJob: 0.1));
        Assert.False(IsRight("4.25", "4.2", "0", ofJob: 0.1));
        Assert.True(IsRight("4.20001", "4.2", null, ofJob: 1e-5));
    }

    [Fact]
    public void Votes_do_not_know_it()
    {
        var candidates = new[] { "4.2", "4.25", "4.25", "4.3" }.Select((answer, i) => new Candidate(i + 1, "", answer, [])).ToList();
        var rules = AnswerRules.Of(new() { Policy = "p" });
        var (strict, tolerant) = (rules.AllVotes(candidates, "4.2", false)[0], rules.AllVotes(candidates, "4.2", false, "0.1")[0]);
        Assert.Equal(("4.25", 0.5, false), (strict.Answer, strict.Share, strict.Correct));
        Assert.Equal(strict with { Correct = true }, tolerant);
    }

    [Theory]
    [InlineData("1e-1", "0.1")]
    [InlineData("1e-1,5e-2", "0.1, 0.05")]
    [InlineData("1e-1,", "0.1, 0")]
    [InlineData(" 2 ", "2")]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData("none", null)]
    [InlineData("NaN", null)]
    [InlineData("1e400", null)]
    public void A_tolerance_is_a_number_or_several(string text, string? normal) => Assert.Equal(normal, Tolerance.Normal(text));

    [Fact]
    public void Lists_of_any_length_and_numbers_of_any_size_end()
    {
        var list = string.Join(", ", Enumerable.Range(0, 200).Select(i => $"{i}"));
        Assert.True(IsRight(list, list, "0.1"));
        Assert.False(IsRight("9^{9^{9^9}}", "1", "0.1"));
        Assert.False(IsRight(string.Concat(Enumerable.Repeat("(", 5000)), "1", "0.1"));
    }

    [Fact]
    public void A_job_takes_numbers_from_0_on()
    {
        var spec = new JobSpec { Policy = "p", Reward = "r" };
        Assert.Empty((spec with { Tolerance = 0 }).Faults());
        Assert.Equal(["tolerance: -1 is not within 0 to 1e12"], (spec with { Tolerance = -1 }).Faults());
        Assert.Single((spec with { Tolerance = double.NaN }).Faults());
    }
}
