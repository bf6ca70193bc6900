using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Compare;

/// <summary>Every strategy on the same problems, at about the same number of sampled tokens.</summary>
static class ComparePlan
{
    // An expansion of MCTS samples two steps, and a solution of the bundled problems has five: 2.5 expansions per solution.
    const double ExpansionsPerSolution = 2.5;

    public static IReadOnlyList<JobSpec> Of(string policy, string reward, int width, double balanceTemperature, long seed)
    {
        JobSpec Scored(SearchStrategy strategy) => Defaults(strategy, scored: true) with { Reward = reward, Width = width };
        return
        [
            Defaults(SearchStrategy.Greedy, scored: false),
            Scored(SearchStrategy.Sampling),
            Scored(SearchStrategy.Mcts) with { Width = Math.Clamp((int)(width * ExpansionsPerSolution), 2, 256) },
            Scored(SearchStrategy.Beam) with { BeamWidth = Math.Min(4, width) },
            Scored(SearchStrategy.Dvts) with { BeamWidth = width % 4 == 0 ? 4 : 1 },
            Scored(SearchStrategy.Rebase),
        ];

        JobSpec Defaults(SearchStrategy strategy, bool scored) => JobSpec.DefaultsOf(Preset.Corrected, strategy, scored) with
        {
            Name = $"compare: {StoredNames.Of(strategy)}",
            Policy = policy,
            BalanceTemperature = balanceTemperature,
            Seed = seed,
        };
    }
}
