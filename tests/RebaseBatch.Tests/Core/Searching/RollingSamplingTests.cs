using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class RollingSamplingTests
{
    static readonly JobSpec s_spec = new()
    {
        Policy = "p", Strategy = SearchStrategy.Sampling, Width = 16, Voting = VotingMethod.Majority, StopAtConfidence = 0.95,
    };

    [Fact]
    public void A_chain_begins_when_one_ends()
    {
        var planted = new PlantedTree(new RollingSampling(6, scored: true, chains: 4));
        Assert.Equal([(0, 4)], planted.Next());
        Assert.Equal([(2, 1), (3, 1), (0, 2)], planted.Grow(-1, 0.5, 0.5, -1).Next());
        Assert.Equal([(6, 1), (7, 1), (8, 1)], planted.Grow(-1, 0.5, 0.5, 0.5).Next());
        Assert.Empty(planted.Grow(-1, -1, -1).Next());
    }

    [Fact]
    public void Its_chains_are_those_of_sampling_all_at_once()
    {
        var limits = new SearchLimits(MaxStepTokens: 20, MaxSolutionTokens: 80, MaxDepth: 6);
        for (var seed = 0; seed < 50; seed++)
        {
            var rolling = new ScriptedSearch(new RollingSampling(9, scored: true, chains: 4), limits, seed, 0.3, mostWaves: 60).Run();
            var all = new ScriptedSearch(new SamplingSearch(9, scored: true), limits, seed, 0.3).Run();
            Assert.Equal(Solutions(all), Solutions(rolling));
        }

        static IEnumerable<string> Solutions(SearchTree tree) => tree.Nodes
            .Where(node => !tree.Nodes.Any(child => child.ParentNo == node.No))
            .Select(node => string.Join(' ', tree.Path(node.No).Select(step => $"{step.ChildIndex}:{step.Tokens.Length}:{step.Score}")))
            .Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, 0.969)]
    [InlineData(6, 1, 0.965)]
    [InlineData(8, 2, 0.967)]
    [InlineData(1, 1, 0.5)]
    [InlineData(0, 0, 0.5)]
    [InlineData(256, 256, 0.5)]
    [InlineData(256, 0, 1)]
    public void The_leaders_probability_is_that_of_a_beta_distribution(int leader, int runnerUp, double probability) =>
        Assert.Equal(probability, AdaptiveConsistency.Probability(leader, runnerUp), 3);

    [Fact]
    public void A_search_ends_at_its_confidence_and_a_resumed_one_at_the_same_place()
    {
        var (stopped, shorter) = (0, 0);
        for (var seed = 0; seed < 200; seed++)
        {
            var search = Search(seed);
            var nodes = search.Run(stops: tree => DecidedVote.IsConfident(s_spec, AnswerRules.Of(s_spec), tree)).Nodes;
            if (nodes.Count < Search(seed).Run().Nodes.Count) shorter++;
            var stored = search.StoredOf(nodes, 500, seed);
            var resumed = Search(seed);
            Assert.Equal(nodes.Select(node => (node.No, node.Text)), resumed.Run(
                stored, tree => DecidedVote.IsConfident(s_spec, AnswerRules.Of(s_spec), tree)).Nodes.Select(node => (node.No, node.Text)));
            stopped++;
        }
        Assert.True(shorter > stopped / 4, $"{shorter} of {stopped} searches ended early");

        static ScriptedSearch Search(int seed) => new(
            StrategyFactory.Create(s_spec), new(20, 80, 6), seed, finishing: 0.4, mostWaves: 100, answers: 3);
    }

    [Fact]
    public void Solutions_that_never_began_are_saved_whole()
    {
        var planted = new PlantedTree(new RollingSampling(10, scored: true, chains: 4)).Grow(-1, -1, -1, -1);
        var tree = new SearchTree();
        foreach (var node in planted.Tree.Nodes) tree.Add(node with { Tokens = new int[20] });
        Assert.Equal(6 * 20, DecidedVote.SavedTokens(tree, [new(5, 0, 4), new(6, 0, 5), new(7, 0, 6), new(8, 0, 7)], 6, notBegun: 2));
    }

    [Theory]
    [InlineData(0.5, SearchStrategy.Sampling, VotingMethod.Majority, "stop-at-confidence: 0.5 is not above 0.5 and below 1")]
    [InlineData(1, SearchStrategy.Sampling, VotingMethod.Majority, "stop-at-confidence: 1 is not above 0.5 and below 1")]
    [InlineData(0.95, SearchStrategy.Rebase, VotingMethod.Majority,
        "stop-at-confidence: it is for the strategy sampling only, not for rebase")]
    [InlineData(0.95, SearchStrategy.Sampling, VotingMethod.Weighted,
        "stop-at-confidence: the confidence is that of the majority vote: add --voting majority")]
    [InlineData(0.95, SearchStrategy.Sampling, VotingMethod.Majority, null)]
    public void The_confidence_is_bounded_and_of_the_majority(
        double confidence, SearchStrategy strategy, VotingMethod voting, string? fault) => Assert.Equal(fault, (s_spec with
        {
            Reward = "r",
            Strategy = strategy,
            Voting = voting,
            StopAtConfidence = confidence,
        }).Faults().SingleOrDefault());
}
