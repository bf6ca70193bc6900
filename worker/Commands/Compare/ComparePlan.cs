using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Compare;

/// <summary>Every strategy on the same problems, at about the same number of sampled tokens.</summary>
static class ComparePlan
{
    // An expansion of MCTS samples two steps, and a solution of the bundled problems has five: 2.5 expansions per solution.
    const double ExpansionsPerSolution = 2.5;

    const int Lookahead = 1, ScoreEvery = 2;

    /// <summary>The confidence at which one of the sampling jobs stops: that of arXiv 2305.11860.</summary>
    const double Confidence = 0.95;

    public static IReadOnlyList<JobSpec> Of(string policy, string reward, int width, double balanceTemperature, long seed)
    {
        var expansions = Math.Clamp((int)(width * ExpansionsPerSolution), 2, 256);
        // A rollout of one step doubles what a candidate costs.
        var rolledOut = Math.Max(1, width / (1 + Lookahead));
        return
        [
            Defaults(SearchStrategy.Greedy, scored: false),
            Scored(SearchStrategy.Sampling),
            Defaults(SearchStrategy.Sampling, scored: false) with
            {
                Name = "compare: sampling, stop at confidence", Width = width, StopAtConfidence = Confidence,
            },
            Scored(SearchStrategy.Mcts) with { Width = expansions },
            Scored(SearchStrategy.BgMcts) with { Width = expansions },
            Scored(SearchStrategy.Beam) with { BeamWidth = Math.Min(4, width) },
            Scored(SearchStrategy.Beam) with
            {
                Name = "compare: beam, lookahead", Width = rolledOut, BeamWidth = Math.Min(4, rolledOut), Lookahead = Lookahead,
            },
            Scored(SearchStrategy.Dvts) with { BeamWidth = width % 4 == 0 ? 4 : 1 },
            Scored(SearchStrategy.Particles),
            Scored(SearchStrategy.Dora),
            Scored(SearchStrategy.Rebase) with { Name = "compare: rebase, score every second step", ScoreEvery = ScoreEvery },
            Scored(SearchStrategy.Rebase),
        ];

        JobSpec Scored(SearchStrategy strategy) => Defaults(strategy, scored: true) with { Reward = reward, Width = width };

        JobSpec Defaults(SearchStrategy strategy, bool scored) => JobSpec.DefaultsOf(Preset.Corrected, strategy, scored) with
        {
            Name = $"compare: {StoredNames.Of(strategy)}",
            Policy = policy,
            BalanceTemperature = balanceTemperature,
            Seed = seed,
        };
    }
}
