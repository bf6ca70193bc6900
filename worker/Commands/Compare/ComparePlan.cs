using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Compare;

/// <summary>Every strategy on the same problems, at about the same number of sampled tokens.</summary>
static class ComparePlan
{
    // An expansion of MCTS samples two steps, a solution of the bundled problems has five: 2.5 expansions a solution.
    const double ExpansionsPerSolution = 2.5;

    public static IReadOnlyList<JobSpec> Of(string policy, string reward, int width, double balanceTemperature, long seed)
    {
        var common = new JobSpec { Policy = policy, Reward = reward, Width = width, BalanceTemperature = balanceTemperature, Seed = seed };
        JobSpec Named(SearchStrategy strategy) => common with { Strategy = strategy, Name = $"compare: {StoredNames.Of(strategy)}" };
        return
        [
            Named(SearchStrategy.Greedy) with { Reward = null, Width = 1, Temperature = 0, Voting = VotingMethod.Majority },
            Named(SearchStrategy.Sampling),
            Named(SearchStrategy.Mcts) with { Width = Math.Clamp((int)(width * ExpansionsPerSolution), 2, 256) },
            Named(SearchStrategy.Beam) with { BeamWidth = Math.Min(4, width) },
            Named(SearchStrategy.Dvts) with { BeamWidth = width % 4 == 0 ? 4 : 1 },
            Named(SearchStrategy.Rebase),
        ];
    }
}
