using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

/// <summary>
/// What the worker relies on in every strategy and preset that a job can name; a new member of the enums is tested from its first day.
/// </summary>
[Fast]
public sealed class StrategyConformanceTests
{
    public static TheoryData<SearchStrategy, Preset> Strategies =>
    [
        .. from strategy in Enum.GetValues<SearchStrategy>()
           from preset in Enum.GetValues<Preset>()
           where !new JobSpec { Policy = "p", Strategy = strategy, Preset = preset }.Faults()
               .Any(fault => fault.StartsWith("preset:", StringComparison.Ordinal))
           select (strategy, preset),
    ];

    /// <summary>A job's search on a scripted pair of models.</summary>
    sealed record Setup(JobSpec Spec, SearchLimits Limits, long Seed, double Finishing, double Unscored, double? Score)
    {
        public ISearchStrategy Strategy() => StrategyFactory.Create(Spec);

        // Only a few chains at a time are not one level in each wave, and neither is an expansion of MCTS.
        // A level of rollouts has a wave for each of their steps, and an expansion of BG-MCTS may be one step.
        int MostWaves => Spec.StopAtConfidence is not null ? Limits.MaxDepth * Spec.Width
            : Spec.Lookahead > 0 ? Limits.MaxDepth * (1 + Spec.Lookahead)
            : Math.Max(Limits.MaxDepth, 2 * Spec.Width);

        public ScriptedSearch Search() =>
            new(Strategy(), Limits, Seed, Finishing, Unscored, Score, MostWaves,
                dropsUnscored: Spec.Preset is Preset.Authors);
    }

    static Gen<Setup> Setups(SearchStrategy strategy, Preset preset) =>
        from beamWidth in Gen.Choose(1, 6)
        from subtrees in Gen.Choose(1, 8)
        from more in Gen.Choose(0, 40)
        from scored in Gen.Elements(true, true, false)
        from uct in Gen.Elements(0.0, 0.3, 1.0, 100.0)
        from allocation in Gen.Elements(Allocation.Ceil, Allocation.Round)
        from seed in Gen.Choose(0, int.MaxValue)
        from finishing in Gen.Elements(0.0, 0.1, 0.4, 0.8, 1.0)
        from unscored in Gen.Elements(0.0, 0.0, 0.3, 1.0)
        from score in Gen.Elements<double?>(null, null, null, 0.0, 0.1, 1.0)
        from depth in Gen.Elements(1, 2, 6)
        from key in Gen.Elements(Enum.GetValues<DirectionKey>())
        from annealing in Gen.Elements(true, false)
        from confidence in Gen.Elements<double?>(null, 0.95)
        from lookahead in Gen.Elements(0, 0, 1, 3)
        from every in Gen.Elements(1, 1, 2, 3)
        from tokens in Gen.Elements<long?>(null, 100, 2000)
        select new Setup(
            new()
            {
                Policy = "p",
                Reward = strategy is SearchStrategy.Greedy || (strategy is SearchStrategy.Sampling && !scored) ? null : "r",
                Strategy = strategy,
                Preset = preset,
                Width = strategy is SearchStrategy.Greedy ? 1 : strategy is SearchStrategy.Dvts ? beamWidth * subtrees : beamWidth + more,
                BeamWidth = beamWidth,
                UctConstant = uct,
                Allocation = allocation,
                DoraKey = strategy is SearchStrategy.Dora ? key : DirectionKey.Equations,
                EmbeddingModel = strategy is SearchStrategy.Dora && key is DirectionKey.Embedding ? "e" : null,
                Annealing = annealing,
                MaxDepth = depth,
                Voting = VotingMethod.Majority,
                StopAtConfidence = strategy is SearchStrategy.Sampling ? confidence : null,
                Lookahead = strategy is SearchStrategy.Beam ? lookahead : 0,
                ScoreEvery = preset is Preset.Corrected
                    && (strategy is SearchStrategy.Rebase || (strategy is SearchStrategy.Beam && lookahead == 0)) ? every : 1,
                MaxTokensPerProblem = tokens,
            },
            new(MaxStepTokens: 20, MaxSolutionTokens: 80, depth), seed, finishing, unscored, score);

    static void Check(SearchStrategy strategy, Preset preset, Func<Setup, bool> holds) =>
        Prop.ForAll(Setups(strategy, preset).ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Every_search_that_a_valid_job_asks_for_ends_within_its_budget(SearchStrategy strategy, Preset preset) =>
        Check(strategy, preset, setup =>
    {
        var search = setup.Search();
        var tree = search.Run(); // throws when it does not end
        var breadth = setup.Strategy().Breadth;
        // The authors' arithmetic may allocate more than the width.
        var mostSolutions = preset is Preset.Authors ? breadth : setup.Spec.Width;
        var mostSteps = strategy is SearchStrategy.Mcts
            ? breadth + (2 * (setup.Spec.Width - 1)) // the root's children, and two of each further expansion
            : strategy is SearchStrategy.BgMcts ? 2 * setup.Spec.Width
            : mostSolutions * setup.Limits.MaxDepth * (1 + setup.Spec.Lookahead);
        return !setup.Spec.Faults().Any()
            && tree.Nodes.Count(node => node.State == NodeState.Finished) <= mostSolutions
            && tree.Nodes.Count <= mostSteps
            && search.Waves.All(wave => wave.Count <= breadth)
            && setup.Strategy().NextWave(tree).Count == 0;
    });

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Steps_are_numbered_without_gaps_and_continue_open_steps_of_earlier_waves(SearchStrategy strategy, Preset preset) =>
        Check(strategy, preset, setup =>
    {
        var search = setup.Search();
        var tree = search.Run();
        var steps = search.Waves.SelectMany(wave => wave).ToArray();
        return steps.Select(step => step.No).SequenceEqual(Enumerable.Range(1, steps.Length))
            && search.Waves.All(wave => wave.All(step => step.ParentNo == 0
                ? wave[0].No == 1 || setup.Spec.StopAtConfidence is not null || strategy is SearchStrategy.BgMcts
                : step.ParentNo < wave[0].No
                    && tree[step.ParentNo].State == (tree[step.ParentNo].IsRollout ? NodeState.Rollout : NodeState.Open)));
    });

    [Theory]
    [MemberData(nameof(Strategies))]
    public void No_step_is_planned_twice_and_siblings_rank_from_zero(SearchStrategy strategy, Preset preset) =>
        Check(strategy, preset, setup =>
    {
        var search = setup.Search();
        search.Run();
        return search.Waves.SelectMany(wave => wave).GroupBy(step => step.ParentNo).All(siblings =>
            siblings.Select(step => step.ChildIndex).SequenceEqual(Enumerable.Range(0, siblings.Count())));
    });

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_same_tree_gives_the_same_wave_whatever_was_asked_before(SearchStrategy strategy, Preset preset) =>
        Check(strategy, preset, setup =>
    {
        var search = setup.Search();
        var nodes = search.Run().Nodes;
        var asked = setup.Strategy();
        var later = setup.Search();
        later.Run(); // another search's strategy leaves nothing behind either
        return search.Waves.Reverse<IReadOnlyList<PlannedStep>>().All(wave =>
        {
            var tree = search.Tree(nodes.Take(wave[0].No - 1));
            return asked.NextWave(tree).SequenceEqual(wave) && setup.Strategy().NextWave(tree).SequenceEqual(wave);
        });
    });

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_search_resumed_from_any_stored_part_of_a_wave_goes_on_as_if_it_never_stopped(SearchStrategy strategy, Preset preset)
    {
        var interrupted =
            from setup in Setups(strategy, preset)
            from progress in Gen.Choose(0, 1000)
            from lossSeed in Gen.Choose(0, int.MaxValue)
            select (setup, progress, lossSeed);
        Prop.ForAll(interrupted.ToArbitrary(), drawn =>
        {
            var (setup, progress, lossSeed) = drawn;
            var whole = setup.Search();
            var nodes = whole.Run().Nodes;

            var stored = whole.StoredOf(nodes, progress, lossSeed);
            var resumed = setup.Search();
            var again = resumed.Run(stored).Nodes;
            return again.Select(Identity).SequenceEqual(nodes.Select(Identity))
                && resumed.Waves.Count == whole.Waves.Count
                && resumed.Sampled.SequenceEqual(nodes.Select(node => node.No).Where(no => !stored.ContainsKey(no)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void What_a_search_continues_was_kept_in_the_cache_or_is_new(SearchStrategy strategy, Preset preset) =>
        Check(strategy, preset, setup =>
    {
        var search = setup.Search();
        var nodes = search.Run().Nodes;
        var (asked, cached) = (setup.Strategy(), new HashSet<int> { 0 });
        return search.Waves.All(wave =>
        {
            var tree = search.Tree(nodes.Take(wave[0].No - 1));
            if (!wave.All(step => cached.Contains(step.ParentNo))) return false;
            // As the worker does: what is not needed leaves the cache, and the wave's own steps come into it.
            cached.IntersectWith(asked.StillNeeded(tree, wave));
            cached.UnionWith(wave.Select(step => step.No));
            return wave.All(step => step.ParentNo == 0 || cached.Contains(step.ParentNo));
        });
    });

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Every_strategy_but_greedy_search_samples_at_the_jobs_temperature(SearchStrategy strategy, Preset preset) =>
        Check(strategy, preset, setup =>
        setup.Strategy().Temperature(0.7) == (strategy is SearchStrategy.Greedy ? 0 : 0.7));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Only_independent_chains_do_not_weigh_their_steps(SearchStrategy strategy, Preset preset) => Check(strategy, preset, setup =>
        setup.Strategy().WeighsSteps == strategy is not (SearchStrategy.Greedy or SearchStrategy.Sampling));

    /// <summary>The corners that a random draw may miss.</summary>
    [Theory]
    [MemberData(nameof(Strategies))]
    public void All_finished_or_all_exhausted_at_the_first_step_is_the_end_of_the_search(SearchStrategy strategy, Preset preset)
    {
        var greedy = strategy is SearchStrategy.Greedy;
        var spec = new JobSpec
        {
            Policy = "p", Reward = greedy ? null : "r", Strategy = strategy, Preset = preset, Width = greedy ? 1 : 16,
        };
        foreach (var (finishing, depth) in new[] { (1.0, 6), (0.0, 1) })
        {
            var search = new Setup(spec, new(20, 80, depth), 1, finishing, 0, 0.5).Search();
            var tree = search.Run();
            // BG-MCTS gives the question more children as long as its budget lasts.
            if (strategy is not SearchStrategy.BgMcts) Assert.Single(search.Waves);
            Assert.All(tree.Nodes, node => Assert.Equal(finishing > 0 ? NodeState.Finished : NodeState.Exhausted, node.State));
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Every_finished_solution_was_to_be_scored_and_no_rollout_is_part_of_one(SearchStrategy strategy, Preset preset) =>
        Check(strategy, preset, setup =>
    {
        var search = (setup with { Unscored = 0 }).Search();
        var tree = search.Run();
        return tree.Nodes.Where(node => node.State is NodeState.Finished)
            .All(node => node.Score is not null == setup.Strategy().NeedsReward && !tree.Path(node.No).Any(step => step.IsRollout));
    });

    static (int, int, int, int, NodeState, double?, int) Identity(SearchNode node) =>
        (node.No, node.ParentNo, node.ChildIndex, node.Depth, node.State, node.Score, node.Tokens.Length);
}
