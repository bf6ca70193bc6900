using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Core.Searching.Authors;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>The cause of a missing answer, from the tree alone. A step here has as many tokens as its text has words.</summary>
[Fast]
public sealed class UnansweredTests
{
    static readonly SearchLimits s_limits = new(MaxStepTokens: 5, MaxSolutionTokens: 8, MaxDepth: 3);
    static readonly IStepRules s_weighing = new CorrectedStepRules("The answer is", weighsSteps: true);
    static readonly IStepRules s_chains = new CorrectedStepRules("The answer is", weighsSteps: false);

    [Fact]
    public void Solutions_that_finished_without_an_answer_are_all_counted()
    {
        var tree = Tree(Step(0, NodeState.Open), Step(1, NodeState.Finished, "so it is 34"), Step(1, NodeState.Finished, "34, I think"));
        Assert.Equal((UnansweredCause.NoAnswerFound, new SolutionEnds { NoAnswerFound = 2 }), Of(tree));
    }

    [Fact]
    public void An_answer_that_is_no_more_than_punctuation_gives_no_vote_and_counts_as_none()
    {
        var tree = Tree(Step(0, NodeState.Finished), Step(0, NodeState.Finished));
        IReadOnlyList<Candidate> candidates = [new(1, "", ".", []), new(2, "", null, [])];
        Assert.Equal(2, Unanswered.EndsOf(tree, candidates, answered: false, endedEarly: false, s_weighing, s_limits).NoAnswerFound);
        // Of a problem with an answer only those that state none.
        Assert.Equal(1, Unanswered.EndsOf(tree, candidates, answered: true, endedEarly: false, s_weighing, s_limits).NoAnswerFound);
    }

    [Fact]
    public void A_solution_of_the_most_tokens_was_cut_off_with_or_without_a_score()
    {
        var tree = Tree(Step(0, NodeState.Open, "a b c d e"), Step(1, NodeState.Exhausted, "a b c"),
            Step(1, NodeState.Exhausted, "a b c", score: null));
        Assert.Equal((UnansweredCause.SolutionTokens, new SolutionEnds { SolutionTokens = 2 }), Of(tree));
    }

    [Fact]
    public void A_solution_of_the_most_steps_was_cut_off_there()
    {
        var tree = Tree(Step(0, NodeState.Open), Step(1, NodeState.Open), Step(2, NodeState.Exhausted));
        Assert.Equal((UnansweredCause.Depth, new SolutionEnds { Depth = 1 }), Of(tree));
    }

    [Fact]
    public void A_step_without_a_score_below_the_limits_did_not_fit_the_reward_model()
    {
        var tree = Tree(Step(0, NodeState.Exhausted, score: null), Step(0, NodeState.Exhausted, score: null), Step(0, NodeState.Finished));
        Assert.Equal((UnansweredCause.RewardContext, new SolutionEnds { RewardContext = 2, NoAnswerFound = 1 }), Of(tree));
    }

    [Fact]
    public void A_solution_below_all_limits_filled_the_policys_context()
    {
        Assert.Equal(UnansweredCause.PolicyContext, Of(Tree(Step(0, NodeState.Exhausted))).Cause);
        // A chain goes on without scores, so a missing one ended nothing.
        Assert.Equal(UnansweredCause.PolicyContext, Of(Tree(Step(0, NodeState.Exhausted, score: null)), rules: s_chains).Cause);
    }

    [Fact]
    public void A_search_that_a_limit_ended_counts_what_it_left_open()
    {
        var tree = Tree(
            Step(0, NodeState.Open), Step(0, NodeState.Open), Step(1, NodeState.Exhausted, score: null), Step(1, NodeState.Open));
        Assert.Equal((UnansweredCause.EndedEarly, new SolutionEnds { EndedEarly = 2, RewardContext = 1 }), Of(tree, "deadline"));
        Assert.Equal((UnansweredCause.EndedEarly, new SolutionEnds()), Of(new SearchTree(), "job_flops"));
    }

    [Fact]
    public void A_complete_search_that_left_all_its_steps_says_that_none_finished() =>
        Assert.Equal((UnansweredCause.NoneFinished, new SolutionEnds()), Of(Tree(Step(0, NodeState.Open))));

    [Fact]
    public void The_way_in_which_most_solutions_ended_is_the_main_cause_and_of_equal_ones_the_first()
    {
        var tree = Tree(Step(0, NodeState.Finished), Step(0, NodeState.Exhausted, score: null), Step(0, NodeState.Exhausted, score: null));
        Assert.Equal(UnansweredCause.RewardContext, Of(tree).Cause);
        Assert.Equal(UnansweredCause.NoAnswerFound, Of(Tree(Step(0, NodeState.Finished), Step(0, NodeState.Exhausted, score: null))).Cause);
    }

    [Fact]
    public void Without_counts_the_cause_is_what_the_row_still_tells()
    {
        Assert.Equal(UnansweredCause.NoAnswerFound, Unanswered.CauseOf(null, 3, "deadline"));
        Assert.Equal(UnansweredCause.EndedEarly, Unanswered.CauseOf(null, 0, "deadline"));
        Assert.Equal(UnansweredCause.Unknown, Unanswered.CauseOf(null, 0, null));
    }

    [Theory]
    [InlineData("a b c d e", nameof(BranchEnd.StepTokens))]
    [InlineData(" ", nameof(BranchEnd.NoStep))]
    [InlineData("a b ки", nameof(BranchEnd.RewardContext))]
    [InlineData("a b", nameof(BranchEnd.RewardContext))]
    public void A_step_that_the_authors_drop_says_why(string text, string expected) =>
        Assert.Equal(Enum.Parse<BranchEnd>(expected), new AuthorsStepRules().EndOf(
            [Node(1, 0, 1, NodeState.Dropped, text, null)], s_limits));

    [Fact]
    public void A_step_without_a_tag_behind_a_tagged_one_is_none_for_the_authors() =>
        Assert.Equal(BranchEnd.NoStep, new AuthorsStepRules().EndOf(
            [Node(1, 0, 1, NodeState.Open, "a ки", 0.5), Node(2, 1, 2, NodeState.Dropped, "a b", null)], s_limits));

    /// <summary>What a step's end is called must follow from what classified it, for every mix of length, depth and score.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_end_of_a_branch_is_the_reason_for_which_it_was_ended(bool weighs)
    {
        var rules = new CorrectedStepRules("The answer is", weighs);
        foreach (var before in Enumerable.Range(0, 3))
            foreach (var words in Enumerable.Range(1, 5))
                foreach (var room in (int[])[3, 8, 100])
                    foreach (var scored in (bool[])[true, false])
                        Check(before, words, room, scored);

        void Check(int before, int words, int room, bool scored)
        {
            var path = Enumerable.Range(1, before).Select(no => Node(no, no - 1, no, NodeState.Open, "a", 0.5)).ToList();
            var fresh = new FreshStep("q", path, "a", words, StepEnd.Boundary);
            var state = rules.Classify(fresh, scored, s_limits with { MaxSolutionTokens = Math.Min(room, s_limits.MaxSolutionTokens) });
            var last = Node(before + 1, before, before + 1, state, string.Join(' ', Enumerable.Repeat("a", words)), scored ? 0.5 : null);
            var expected = state is NodeState.Open ? BranchEnd.None
                : before + 1 >= s_limits.MaxDepth ? BranchEnd.Depth
                : before + words >= s_limits.MaxSolutionTokens ? BranchEnd.SolutionTokens
                : weighs && !scored ? BranchEnd.RewardContext
                : BranchEnd.PolicyContext;
            Assert.Equal(expected, rules.EndOf([.. path, last], s_limits));
        }
    }

    static (UnansweredCause Cause, SolutionEnds Ends) Of(SearchTree tree, string? endedBy = null, IStepRules? rules = null)
    {
        var candidates = Candidates.Of(tree, _ => null);
        var ends = Unanswered.EndsOf(tree, candidates, answered: false, endedBy is not null, rules ?? s_weighing, s_limits);
        return (Unanswered.CauseOf(ends, ends.NoAnswerFound, endedBy), ends);
    }

    static (int Parent, NodeState State, string Text, double? Score) Step(
        int parent, NodeState state, string text = "a", double? score = 0.5) => (parent, state, text, score);

    static SearchTree Tree(params (int Parent, NodeState State, string Text, double? Score)[] steps)
    {
        var tree = new SearchTree();
        foreach (var (parent, state, text, score) in steps)
            tree.Add(Node(tree.NextNo, parent, parent == 0 ? 1 : tree[parent].Depth + 1, state, text, score));
        return tree;
    }

    static SearchNode Node(int no, int parent, int depth, NodeState state, string text, double? score) => new()
    {
        No = no, ParentNo = parent, Depth = depth, ChildIndex = 0, State = state, Text = text, Score = score,
        Tokens = new int[text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length],
    };
}
