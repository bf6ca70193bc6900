using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

/// <summary>What an early stop needs of every strategy; a new member of the enum is tested from its first day.</summary>
[Fast]
public sealed class StrategyEarlyStopTests
{
    public static TheoryData<SearchStrategy> Strategies => [.. Enum.GetValues<SearchStrategy>()];

    static readonly SearchLimits s_limits = new(MaxStepTokens: 20, MaxSolutionTokens: 200, MaxDepth: 8);

    /// <summary>A job's search on a scripted pair of models.</summary>
    sealed record Setup(JobSpec Spec, long Seed, double Finishing, double Unscored, double? Score, int Answers)
    {
        public ISearchStrategy Strategy { get; } = StrategyFactory.Create(Spec);

        public ScriptedSearch Search() =>
            new(Strategy, s_limits, Seed, Finishing, Unscored, Score,
                Math.Max(s_limits.MaxDepth * (1 + Spec.Lookahead), 2 * Spec.Width), Answers);

        public bool Stops(SearchTree tree) => DecidedVote.Stands(Spec, AnswerRules.Of(Spec), Strategy, tree);

        public string? OwnAnswer(SearchTree tree) =>
            Voting.JobsOwn(Voting.AllVotes(Candidates.Of(tree, AnswerExtractor.Extract), null, Strategy.NeedsReward), Spec).Answer;
    }

    static Gen<Setup> Setups(SearchStrategy strategy) =>
        from beamWidth in Gen.Choose(1, 4)
        from subtrees in Gen.Choose(1, 6)
        from more in Gen.Choose(0, 24)
        from scored in Gen.Elements(true, false)
        from voting in Gen.Elements(VotingMethod.Majority, VotingMethod.Weighted)
        from aggregation in Gen.Elements(Enum.GetValues<ScoreAggregation>())
        from allocation in Gen.Elements(Enum.GetValues<Allocation>())
        from seed in Gen.Choose(0, int.MaxValue)
        from finishing in Gen.Elements(0.1, 0.4, 0.6, 0.8)
        from unscored in Gen.Elements(0.0, 0.0, 0.3)
        from score in Gen.Elements<double?>(null, null, 0.9, 1.0)
        from answers in Gen.Choose(1, 4)
        from lookahead in Gen.Elements(0, 0, 1, 2)
        from every in Gen.Elements(1, 1, 2, 3)
        select new Setup(
            new()
            {
                Policy = "p",
                Reward = strategy is SearchStrategy.Greedy || (strategy is SearchStrategy.Sampling && !scored) ? null : "r",
                Strategy = strategy,
                Width = strategy is SearchStrategy.Greedy ? 1 : strategy is SearchStrategy.Dvts ? beamWidth * subtrees : beamWidth + more,
                BeamWidth = beamWidth,
                Allocation = allocation,
                Voting = voting,
                Aggregation = aggregation,
                StopWhenDecided = true,
                Lookahead = strategy is SearchStrategy.Beam ? lookahead : 0,
                ScoreEvery = strategy is SearchStrategy.Rebase || (strategy is SearchStrategy.Beam && lookahead == 0) ? every : 1,
            },
            seed, finishing, unscored, score, answers);

    static void Check<T>(Gen<T> drawn, Func<T, bool> holds) =>
        Prop.ForAll(drawn.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void No_continuation_finishes_more_solutions_than_the_bound(SearchStrategy strategy) => Check(
        from setup in Setups(strategy)
        from otherSeed in Gen.Choose(0, int.MaxValue)
        from otherFinishing in Gen.Elements(0.0, 0.3, 1.0)
        select (setup, otherSeed, otherFinishing), drawn =>
    {
        var (setup, otherSeed, otherFinishing) = drawn;
        var search = setup.Search();
        var nodes = search.Run().Nodes;
        return search.Waves.All(wave =>
        {
            var before = nodes.Take(wave[0].No - 1).ToList();
            var bound = setup.Strategy.MostFurtherCandidates(Tree(before));
            var goneOn = (setup with { Seed = otherSeed, Finishing = otherFinishing }).Search().Run(before.ToDictionary(node => node.No));
            var further = Finished(goneOn.Nodes) - Finished(before);
            // Where every place is filled at each level, the bound is what finishes when all that is sampled finishes.
            var isExact = otherFinishing == 1 && strategy is not (SearchStrategy.Mcts or SearchStrategy.BgMcts)
                && setup.Spec.Allocation is Allocation.Ceil;
            return isExact ? further == bound : further <= bound;
        });
    });

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_search_that_is_over_has_nothing_more_to_finish(SearchStrategy strategy) => Check(Setups(strategy), setup =>
        setup.Strategy.MostFurtherCandidates(setup.Search().Run()) == 0 || setup.Spec.Allocation is Allocation.Round);

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_jobs_own_answer_is_the_same_with_an_early_stop_and_without(SearchStrategy strategy)
    {
        var stopped = 0;
        Check(Setups(strategy), setup =>
        {
            var whole = setup.Search().Run();
            var early = setup.Search().Run(stops: setup.Stops);
            if (early.Nodes.Count < whole.Nodes.Count) stopped++;
            return early.Nodes.Select(Identity).SequenceEqual(whole.Nodes.Take(early.Nodes.Count).Select(Identity))
                && setup.OwnAnswer(early) == setup.OwnAnswer(whole);
        });
        // Otherwise nothing was shown. One chain has nothing to stop before its end.
        Assert.Equal(strategy is not SearchStrategy.Greedy, stopped > 0);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_resumed_search_stops_early_where_it_would_have_uninterrupted(SearchStrategy strategy) => Check(
        from setup in Setups(strategy)
        from progress in Gen.Choose(0, 1000)
        from lossSeed in Gen.Choose(0, int.MaxValue)
        select (setup, progress, lossSeed), drawn =>
    {
        var (setup, progress, lossSeed) = drawn;
        var whole = setup.Search();
        var nodes = whole.Run(stops: setup.Stops).Nodes;
        var stored = whole.StoredOf(nodes, progress, lossSeed);
        var resumed = setup.Search();
        return resumed.Run(stored, setup.Stops).Nodes.Select(Identity).SequenceEqual(nodes.Select(Identity))
            && resumed.Sampled.SequenceEqual(nodes.Select(node => node.No).Where(no => !stored.ContainsKey(no)));
    });

    [Fact]
    public void A_job_that_does_not_ask_for_it_and_best_of_n_are_never_decided()
    {
        var tree = new PlantedTree(new SamplingSearch(4, scored: true)).Grow(-1, -1, -1, 0.5).Tree;
        var spec = new JobSpec { Policy = "p", Reward = "r", Strategy = SearchStrategy.Sampling, Width = 4, StopWhenDecided = true };
        Assert.True(Stands(spec with { Voting = VotingMethod.Majority }));
        Assert.True(Stands(spec));
        Assert.False(Stands(spec with { StopWhenDecided = false }));
        Assert.False(Stands(spec with { Voting = VotingMethod.BestOfN }));

        bool Stands(JobSpec asked) => DecidedVote.Stands(asked, AnswerRules.Of(asked), StrategyFactory.Create(asked), Answered(tree));
    }

    [Fact]
    public void Saved_tokens_are_what_open_paths_lack_to_the_mean_of_the_finished()
    {
        var tree = Tree([Node(1, 0, 10, NodeState.Open), Node(2, 0, 30, NodeState.Finished), Node(3, 1, 40, NodeState.Finished),
            Node(4, 1, 2, NodeState.Open)]);
        // Finished: 30 and 10 + 40. To be continued: 10 + 2, twice.
        Assert.Equal(2 * (40 - 12), DecidedVote.SavedTokens(tree, [new(5, 4, 0), new(6, 4, 1)], 2));
        Assert.Equal(0,
            DecidedVote.SavedTokens(Tree([Node(1, 0, 10, NodeState.Open), Node(2, 0, 3, NodeState.Finished)]), [new(3, 1, 0)], 1));
        Assert.Equal(0, DecidedVote.SavedTokens(Tree([Node(1, 0, 10, NodeState.Open)]), [new(2, 1, 0)], 1));
    }

    static int Finished(IEnumerable<SearchNode> nodes) => nodes.Count(node => node.State is NodeState.Finished);

    static SearchTree Tree(IEnumerable<SearchNode> nodes)
    {
        var tree = new SearchTree();
        foreach (var node in nodes) tree.Add(node);
        return tree;
    }

    /// <summary>The same tree, in which all that finished states the same answer.</summary>
    static SearchTree Answered(SearchTree tree) => Tree(tree.Nodes.Select(node => node with
    {
        Text = node.State is NodeState.Finished ? "The answer is: 7" : "",
    }));

    static SearchNode Node(int no, int parent, int tokens, NodeState state) =>
        new()
        {
            No = no, ParentNo = parent, Depth = parent == 0 ? 1 : 2, ChildIndex = 0, State = state, Tokens = new int[tokens], Text = "",
        };

    static (int, int, int, NodeState, double?, string) Identity(SearchNode node) =>
        (node.No, node.ParentNo, node.ChildIndex, node.State, node.Score, node.Text);
}
