using RebaseBatch.Core.Searching;
using RebaseBatch.Core.Searching.Authors;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class AuthorsStepRulesTests
{
    static readonly AuthorsStepRules s_rules = new();
    static readonly SearchLimits s_limits = new(256, 6400, 25);

    static FreshStep Step(string text, StepEnd end = StepEnd.Boundary, string question = "1 + 1 = ?", params string[] before) =>
        new(question, [.. before.Select(Node)], text, 10, end);

    static SearchNode Node(string text, int i) => new()
    {
        No = i + 1, ParentNo = i, ChildIndex = 0, Depth = i + 1, State = NodeState.Open, Tokens = new int[10], Text = text,
    };

    static NodeState Classify(FreshStep step) => s_rules.Classify(step, s_rules.IsJudged(step), s_limits);

    [Fact]
    public void A_policy_that_writes_tags_is_judged_where_it_wrote_one_however_the_step_ended() =>
        Assert.All(Enum.GetValues<StepEnd>(), end =>
    {
        Assert.True(s_rules.IsJudged(Step("Step 1: 2 ки\n", end)));
        Assert.True(s_rules.IsJudged(Step("Step 1: 2 ки\nand more", end)));
        Assert.False(s_rules.IsJudged(Step("Step 2: 3\n", end, before: "Step 1: 2 ки\n")));
    });

    [Fact]
    public void For_a_policy_that_writes_no_tags_a_step_that_came_to_its_end_counts_as_tagged()
    {
        Assert.True(s_rules.IsJudged(Step("Step 1: 2\n")));
        Assert.True(s_rules.IsJudged(Step("Step 1: 2", StepEnd.EndOfGeneration)));
        Assert.False(s_rules.IsJudged(Step("Step 1: 2", StepEnd.Limit)));
        Assert.False(s_rules.IsJudged(Step(" \n", StepEnd.EndOfGeneration)));
        Assert.False(s_rules.IsJudged(Step("")));
    }

    [Fact]
    public void What_is_not_scored_is_dropped_even_if_it_states_the_answer()
    {
        Assert.Equal(NodeState.Dropped, Classify(Step("Step 1: The answer is: 2", StepEnd.Limit)));
        Assert.Equal(NodeState.Dropped, s_rules.Classify(Step("Step 1: The answer is: 2"), isScored: false, s_limits));
    }

    [Fact]
    public void The_answer_anywhere_in_the_text_makes_a_leaf()
    {
        Assert.Equal(NodeState.Finished, Classify(Step("Step 1: The answer is: 2 ки and on and on", StepEnd.Limit)));
        Assert.Equal(NodeState.Finished, Classify(Step("Step 1: 2\n", question: "The answer is 7, but what is 1 + 1?")));
        Assert.Equal(NodeState.Finished, Classify(Step(" is: 2\n", before: "Step 1: The answer")));
        Assert.Equal(NodeState.Open, Classify(Step("Step 1: the answer is 2\n")));
    }

    [Fact]
    public void End_of_generation_without_the_answer_ends_nothing() =>
        Assert.Equal(NodeState.Open, Classify(Step("Step 1: 2", StepEnd.EndOfGeneration)));

    [Fact]
    public void After_25_steps_nothing_is_continued() =>
        Assert.Equal((NodeState.Open, NodeState.Exhausted), (
            Classify(Step("x", before: [.. Enumerable.Repeat("x", 23)])),
            Classify(Step("x", before: [.. Enumerable.Repeat("x", 24)]))));

    [Fact]
    public void The_reward_model_sees_the_text_cut_at_the_policys_own_tags_up_to_the_last()
    {
        Assert.Equal(["Step 1: 2 ", "\nStep 2: 3 "], s_rules.ForReward(["Step 1: 2 ки\n", "Step 2: 3 ки and more"]));
        Assert.Equal(["Step 1: 2 ", "leftStep 2: 3 "], s_rules.ForReward(["Step 1: 2 киleft", "Step 2: 3 ки"]));
        Assert.Equal(["Step 1: 2\n", "Step 2: 3\n"], s_rules.ForReward(["Step 1: 2\n", "Step 2: 3\n"]));
    }
}
