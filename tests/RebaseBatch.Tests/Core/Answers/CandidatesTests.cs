using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class CandidatesTests
{
    static SearchTree Tree(bool scored)
    {
        var tree = new SearchTree();
        void Add(int no, int parent, int depth, NodeState state, string text, double? score) => tree.Add(new()
        {
            No = no, ParentNo = parent, Depth = depth, ChildIndex = 0, State = state, Tokens = [], Text = text, Score = scored
                ? score : null,
        });
        Add(1, 0, 1, NodeState.Open, "Step 1: 1 + 1 = 2\n", 0.5);
        Add(2, 0, 1, NodeState.Finished, "no answer", 0.25);
        Add(3, 0, 1, NodeState.Exhausted, "The answer is: 9", 1);
        Add(4, 1, 2, NodeState.Finished, "Step 2: The answer is: 2", null);
        return tree;
    }

    [Fact]
    public void Finished_nodes_become_candidates_with_their_paths_text_and_scores()
    {
        var candidates = Candidates.Of(Tree(scored: true), AnswerExtractor.Extract);
        Assert.Equal([(2, "no answer", null), (4, "Step 1: 1 + 1 = 2\nStep 2: The answer is: 2", "2")],
            candidates.Select(c => (c.Node, c.Text, c.Answer)));
        Assert.Equal([0.25], candidates[0].StepScores);
    }

    [Fact]
    public void A_step_that_could_not_be_scored_counts_as_zero() =>
        Assert.Equal([0.5, 0], Candidates.Of(Tree(scored: true), AnswerExtractor.Extract)[1].StepScores);

    [Fact]
    public void A_step_before_a_scored_one_that_was_not_to_be_scored_does_not_count()
    {
        var tree = new SearchTree();
        foreach (var (no, score) in new (int, double?)[] { (1, null), (2, 0.5), (3, null), (4, 0.75) })
        {
            tree.Add(new()
            {
                No = no, ParentNo = no - 1, Depth = no, ChildIndex = 0, State = no == 4 ? NodeState.Finished : NodeState.Open,
                Tokens = [], Text = "", Score = score,
            });
        }

        Assert.Equal([0.5, 0.75], Candidates.Of(tree, AnswerExtractor.Extract)[0].StepScores);
    }

    [Fact]
    public void Candidates_of_an_unscored_search_have_no_scores() =>
        Assert.All(Candidates.Of(Tree(scored: false), AnswerExtractor.Extract), candidate => Assert.Empty(candidate.StepScores));
}
