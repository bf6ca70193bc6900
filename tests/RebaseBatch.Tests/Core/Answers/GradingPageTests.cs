using System.Text.RegularExpressions;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Tests.Infra;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>Grades the examples of docs/grading.md.</summary>
[Fast]
public sealed partial class GradingPageTests
{
    [Fact]
    public void Each_solution_of_the_page_states_its_answer()
    {
        var rows = Rows("form").ToList();
        Assert.True(rows.Count >= 20);
        Assert.All(rows, cells => Assert.Equal(cells[2] == "none" ? null : Assert.Single(Codes(cells[2])),
            AnswerExtractor.Extract(Assert.Single(Codes(cells[1])).Replace('⏎', '\n'))));
    }

    [Fact]
    public void Each_convention_of_the_page_holds_and_no_line_lacks_examples()
    {
        var rows = Rows("convention").ToList();
        Assert.True(rows.Count >= 25);
        Assert.All(rows, cells =>
        {
            var gold = Assert.Single(Codes(cells[1]));
            var (same, other) = (Codes(cells[2]), Codes(cells[3]));
            Assert.True(same.Count > 0 && other.Count > 0, gold);
            Assert.All(same, answer => Assert.True(Grader.IsCorrect(answer, gold), $"{answer} for {gold}"));
            Assert.All(other, answer => Assert.False(Grader.IsCorrect(answer, gold), $"{answer} for {gold}"));
            if (cells[0].Contains("grading only", StringComparison.Ordinal)) return;
            Assert.All(same, answer => Assert.Equal(AnswerKey.Of(gold), AnswerKey.Of(answer)));
        });
    }

    [Fact]
    public void Each_tolerance_of_the_page_holds()
    {
        var rows = Rows("tolerance").ToList();
        Assert.True(rows.Count >= 6);
        Assert.All(rows, cells =>
        {
            var (tolerance, gold) = (Assert.Single(Codes(cells[0])), Assert.Single(Codes(cells[1])));
            Assert.All(Codes(cells[2]), answer => Assert.True(IsRight(answer), $"{answer} for {gold}"));
            Assert.All(Codes(cells[3]), answer => Assert.False(IsRight(answer), $"{answer} for {gold}"));

            bool IsRight(string answer) => AnswerRules.Of(new JobSpec { Policy = "p" })
                .AllVotes([new Candidate(1, "", answer, [])], gold, scored: false, tolerance)[0].Correct!.Value;
        });
    }

    /// <summary>The cells of each row of the table whose head begins with this word.</summary>
    static IEnumerable<string[]> Rows(string head) =>
        Repository.Read("docs/grading.md").Split('\n')
            .SkipWhile(line => !line.StartsWith($"| {head} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray());

    static IReadOnlyList<string> Codes(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
