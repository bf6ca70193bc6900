using RebaseBatch.Contracts;

namespace RebaseBatch.Searching;

/// <summary>The strategy that a job asks for.</summary>
static class StrategyFactory
{
    public static ISearchStrategy Create(JobSpec spec) => spec.Strategy switch
    {
        SearchStrategy.Rebase => new RebaseSearch(spec.Width, spec.Allocation, spec.BalanceTemperature),
        SearchStrategy.Greedy => new GreedySearch(),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Strategy, "no such strategy"),
    };
}
