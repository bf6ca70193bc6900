using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Answers.Extraction;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class AnswerPatternTests
{
    static readonly JobSpec s_spec = new() { Policy = "p", Reward = "r" };

    static string? Found(string pattern, string solution)
    {
        Assert.Null(AnswerPattern.FaultOf(pattern));
        return AnswerRules.Of(s_spec with { AnswerPattern = pattern }).Extract("", solution);
    }

    [Theory]
    [InlineData("Result: (.+)", "Result: 4\nResult: 5", "5")]
    [InlineData("Result: (?<answer>\\d+)", "Result: 4 apples", "4")]
    [InlineData("(Result|Sum): (?<answer>\\d+)", "Sum: 4", "4")]
    [InlineData("(?:Result|Sum): (\\d+)", "Sum: 4", "4")]
    [InlineData("\\d+", "3 and 4 are 7.", "7")]
    [InlineData("(?i)result is (.+)", "RESULT IS 5.", "5")]
    [InlineData("Result: (.*)", "Result: 4\nResult: ", "4")]
    [InlineData("Result: (.+)", "Result: 4 ки\n", "4")]
    [InlineData("Result: (.+)", "<think>Result: 3</think>Result: 4<think>Result: 5", "4")]
    [InlineData("Result: (.+)", "Result: 4\nQuestion: next?\nResult: 5", "4")]
    [InlineData("\\\\ans\\{(.+)\\}", "so \\ans{\\frac{1}{2}}", "\\frac{1}{2}")]
    [InlineData("^Result: (.+)$", "Result: 4", "4")]
    public void The_last_match_counts(string pattern, string solution, string expected) => Assert.Equal(expected, Found(pattern, solution));

    [Theory]
    [InlineData("Result: (.+)", "The answer is 42")]
    [InlineData("Result: (.+)", "\\boxed{42}")]
    [InlineData("Result: (.*)", "Result: ")]
    public void Only_the_jobs_own_form_counts(string pattern, string solution) => Assert.Null(Found(pattern, solution));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" ", "is empty")]
    [InlineData("(", "no regular expression")]
    [InlineData("[a", "no regular expression")]
    [InlineData("(a)\\1", "back reference")]
    [InlineData("(?=a)b", "lookahead")]
    [InlineData("(?<!a)b", "lookbehind")]
    [InlineData("(?>a+)b", "atomic")]
    [InlineData("\\d*", "finds nothing")]
    [InlineData("(a{1000}){1000}", "too large")]
    [InlineData("((a{100}){100}){100}", "too large")]
    [InlineData("[ab]{2000}", "too large")]
    [InlineData("a\0", "can't be stored")]
    public void A_pattern_that_can_not_work_is_refused_with_its_reason(string pattern, string reason)
    {
        var fault = Assert.Single((s_spec with { AnswerPattern = pattern }).Faults());
        Assert.StartsWith("answer-pattern: the pattern ", fault);
        Assert.Contains(reason, fault);
    }

    [Theory]
    [InlineData("ax{0,40}y{0,40}z{0,40}")]
    [InlineData("[]a{900}]\\{\\d{1,20}\\}")]
    [InlineData("\\p{Lu}{3}{")]
    [InlineData("[a-z-[aeiou]]{900}")]
    public void Counted_repetitions_of_a_usual_size_are_taken(string pattern) => Assert.Null(AnswerPattern.FaultOf(pattern));

    [Fact]
    public void A_pattern_of_more_than_500_characters_is_refused() =>
        Assert.Contains("501 characters", AnswerPattern.FaultOf(new string('a', 501)));

    [Fact]
    public void The_authors_preset_finds_and_compares_answers_in_its_own_way() =>
        Assert.Equal(
            [
                "answer-pattern: the authors' code finds answers in its own way: leave out --answer-pattern or --preset authors",
                "tolerance: the authors' code compares answers in its own way: leave out --tolerance or --preset authors",
            ],
            (JobSpec.DefaultsOf(Preset.Authors) with { Policy = "p", Reward = "r", AnswerPattern = "a+", Tolerance = 1 }).Faults());

    [Theory]
    [InlineData("a.*b|a", "a")]
    [InlineData("(?:a|b|ab)*c|a", "ab")]
    [InlineData("((?:a?){150})c|a", "a")]
    [InlineData("(?:[^x]*y){20}|a", "a")]
    [InlineData("(a+)+$|a", "a")]
    public void A_hostile_pattern_ends_on_a_hostile_text(string pattern, string piece)
    {
        var compiled = AnswerPattern.Compile(pattern);
        Assert.Null(AnswerPattern.FaultOf(pattern));
        Assert.NotEqual("", PatternRule.Last(string.Concat(Enumerable.Repeat(piece, 200_000)), compiled));
    }

    [Fact]
    public void An_early_stop_reads_answers_by_the_jobs_pattern()
    {
        var tree = new SearchTree();
        foreach (var (no, text) in new[] { (1, "Result: 4"), (2, "Result: 4"), (3, "Result: 4"), (4, "so") })
            tree.Add(new()
            {
                No = no, ParentNo = 0, Depth = 1, ChildIndex = no - 1, State = no == 4 ? NodeState.Open : NodeState.Finished,
                Tokens = [1], Text = text, Score = 1,
                Cost = new(1, default, default),
            });
        var spec = new JobSpec
        {
            Policy = "p", Strategy = SearchStrategy.Sampling, Width = 4, Voting = VotingMethod.Majority, StopWhenDecided = true,
        };
        Assert.False(Stands(spec));
        Assert.True(Stands(spec with { AnswerPattern = "Result: (.+)" }));
        Assert.False(Stands(spec with { AnswerPattern = "Sum: (.+)" }));

        bool Stands(JobSpec asked) => DecidedVote.Stands(asked, AnswerRules.Of(asked), StrategyFactory.Create(asked), tree);
    }
}
