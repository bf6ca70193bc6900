using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching.Authors;

namespace RebaseBatch.Core.Searching;

/// <summary>The strategy that a job asks for.</summary>
static class StrategyFactory
{
    public static ISearchStrategy Create(JobSpec spec) => spec.Strategy switch
    {
        SearchStrategy.Rebase when spec.Preset is Preset.Authors => new AuthorsSearch(spec.Width, spec.Allocation, spec.BalanceTemperature),
        SearchStrategy.Rebase or SearchStrategy.Beam when spec.ScoreEvery > 1 =>
            new SparseScoring(Create(spec with { ScoreEvery = 1 }), spec.ScoreEvery),
        SearchStrategy.Rebase => new RebaseSearch(spec.Width, spec.Allocation, spec.BalanceTemperature),
        SearchStrategy.Greedy => new GreedySearch(),
        SearchStrategy.Sampling when spec.StopAtConfidence is not null =>
            new RollingSampling(spec.Width, scored: spec.Reward is not null, RollingSampling.FewChains),
        SearchStrategy.Sampling => new SamplingSearch(spec.Width, scored: spec.Reward is not null),
        SearchStrategy.Beam when spec.Lookahead > 0 => new LookaheadSearch(spec.Width, spec.BeamWidth, spec.Lookahead),
        SearchStrategy.Beam => new BeamSearch(spec.Width, spec.BeamWidth),
        SearchStrategy.Dvts => new DvtsSearch(spec.Width, spec.BeamWidth),
        SearchStrategy.Mcts => new MctsSearch(spec.Width, spec.UctConstant),
        SearchStrategy.Dora => new DoraSearch(spec.Width, spec.Allocation, spec.BalanceTemperature, spec.DoraKey, spec.DoraTemperature),
        SearchStrategy.Particles => new ParticleSearch(spec.Width, spec.Annealing, spec.MaxDepth),
        SearchStrategy.BgMcts => new BudgetGuidedMcts(spec.Width, spec.MaxTokensPerProblem),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Strategy, "no such strategy"),
    };
}
