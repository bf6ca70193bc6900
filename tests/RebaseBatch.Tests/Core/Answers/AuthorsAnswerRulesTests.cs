using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class AuthorsAnswerRulesTests
{
    static readonly IAnswerRules s_rules = AnswerRules.Of(JobSpec.DefaultsOf(Preset.Authors));

    static Candidate Solution(int node, string answer, params double[] scores) => new(node, "", answer, scores);

    static VoteRecord Vote(IReadOnlyList<Candidate> candidates, VotingMethod method, string? gold = null,
        ScoreAggregation? aggregation = ScoreAggregation.Last) =>
        s_rules.AllVotes(candidates, gold, scored: true)
            .Single(vote => vote.Method == method && (method is VotingMethod.Majority || vote.Aggregation == aggregation));

    [Theory]
    [InlineData("Step 1: The answer is: 42 ки", "42")]
    [InlineData("Step 1: The answer is: 42 ки\nStep 2: The answer is: 43 ки", "42")] // the first, where the default takes the last
    [InlineData("The answer is: 1 ки 2 ки 3", "1 ки 2")] // a greedy pattern: up to the line's last tag
    [InlineData("The answer is: 42\nThe answer is: 43 ки", "43")] // without a tag on its line it is no match
    [InlineData("The answer is: ки", "[invalid]")]
    [InlineData("The answer is:  ки", "")]
    [InlineData("Step 1: 42 ки", "[invalid]")]
    [InlineData("The answer is 42 ки", "[invalid]")] // no colon
    [InlineData("\\boxed{42} ки", "[invalid]")]
    [InlineData("The answer is: (1,2), or 1,000. ки", "(12) or 1000.")] // all commas; the full stop stays
    public void Tagged_text_is_read_by_their_pattern(string solution, string expected) =>
        Assert.Equal(expected, s_rules.Extract("q", solution));

    [Theory]
    [InlineData("Step 1: 6 * 7\nStep 2: The answer is: 42\n", "42")]
    [InlineData("The answer is: \nThe answer is: 1,042", "1042")]
    [InlineData("Step 1: 42", "[invalid]")]
    public void Untagged_text_is_read_as_if_each_line_ended_with_the_tag(string solution, string expected) =>
        Assert.Equal(expected, s_rules.Extract("q", solution));

    [Fact]
    public void The_question_is_searched_as_well() =>
        Assert.Equal("7", s_rules.Extract("The answer is: 7 ки\nIs it?", "Step 1: no ки\nThe answer is: 8 ки"));

    [Fact]
    public void Invalid_is_a_class_that_can_win()
    {
        Candidate[] candidates = [Solution(1, "[invalid]", 0.9), Solution(2, "[invalid]", 0.9), Solution(3, "42", 0.95)];
        Assert.Equal(("[invalid]", false),
            (Vote(candidates, VotingMethod.Weighted, "42").Answer!, Vote(candidates, VotingMethod.Weighted, "42").Correct!.Value));
        Assert.Equal("[invalid]", Vote(candidates, VotingMethod.Majority).Answer);
        Assert.Equal("42", Vote(candidates, VotingMethod.BestOfN).Answer);
    }

    [Fact]
    public void An_answer_that_equals_two_classes_votes_for_both()
    {
        // 0.5 and (1/2) are two classes, and 1/2 equals either.
        Candidate[] both = [Solution(1, "(1/2)", 0.4), Solution(2, "0.5", 0.3), Solution(3, "7", 0.65), Solution(4, "1/2", 0.3)];
        // (1/2): 0.4 + 0.3 = 0.7; 0.5: 0.3 + 0.3 = 0.6; 7: 0.65. All weights together are 1.65.
        var vote = Vote(both, VotingMethod.Weighted);
        Assert.Equal(("1/2", 0.424242), (vote.Answer!, Math.Round(vote.Share, 6)));
    }

    [Fact]
    public void The_first_class_to_rise_above_the_rest_wins_and_is_written_as_its_last_vote_was()
    {
        Candidate[] candidates = [Solution(1, "\\frac12", 0.4), Solution(2, "8", 0.8), Solution(3, "0.5", 0.4)];
        Assert.Equal("8", Vote(candidates, VotingMethod.Weighted).Answer);
        Assert.Equal("0.5", Vote(candidates, VotingMethod.Majority).Answer);
        Assert.Equal("a", Vote([Solution(1, "a", 0.7), Solution(2, "b", 0.7)], VotingMethod.BestOfN).Answer);
    }

    [Fact]
    public void When_nothing_weighs_anything_None_is_graded_and_can_be_right()
    {
        Candidate[] candidates = [Solution(1, "42", 0), Solution(2, "42", 0)];
        Assert.Equal(("None", true),
            (Vote(candidates, VotingMethod.Weighted, "none").Answer!, Vote(candidates, VotingMethod.Weighted, "none").Correct!.Value));
        Assert.False(Vote(candidates, VotingMethod.Weighted, "42").Correct);
        Assert.True(Vote(candidates, VotingMethod.BestOfN, "42").Correct);
        Assert.Equal(("None", "[invalid]"), (Vote([], VotingMethod.Majority, "1").Answer!, Vote([], VotingMethod.BestOfN, "1").Answer!));
    }

    /// <summary>Their code deletes the answer's commas and not the gold's: a tuple can't be reached.</summary>
    [Fact]
    public void A_gold_tuple_is_out_of_reach()
    {
        var answer = s_rules.Extract("q", "The answer is: (1,2) ки");
        Assert.False(Vote([Solution(1, answer!, 1)], VotingMethod.Majority, "(1,2)").Correct);
        Assert.True(AnswerRules.Of(JobSpec.DefaultsOf(Preset.Corrected)).AllVotes(
            [Solution(1, "(1,2)", 1)], "(1,2)", scored: false)[0].Correct);
    }

    [Fact]
    public void Votes_come_in_the_order_of_the_default_and_verdicts_have_a_version_of_their_own()
    {
        Candidate[] candidates = [Solution(1, "1", 0.5), Solution(2, "2", 0.25)];
        var corrected = AnswerRules.Of(JobSpec.DefaultsOf(Preset.Corrected));
        Assert.Equal(corrected.AllVotes(candidates, "1", true).Select(vote => (vote.Method, vote.Aggregation, vote.Correct)),
            s_rules.AllVotes(candidates, "1", true).Select(vote => (vote.Method, vote.Aggregation, vote.Correct)));
        Assert.Single(s_rules.AllVotes(candidates, "1", scored: false));
        Assert.Equal(("authors-1", Grader.Version), (s_rules.Version, corrected.Version));
    }
}
