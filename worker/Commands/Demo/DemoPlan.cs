using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Demo;

/// <summary>What the demo solves: the bundled problems, by REBASE and, to compare, greedily with the same policy.</summary>
sealed record DemoPlan(JobSpec Rebase, JobSpec Greedy, string Dataset, int Problems)
{
    // The small policy gains the most from a reward model and takes the least time.
    public const string DefaultPolicy = "tiny-math-policy-s";
    public const string DefaultReward = "tiny-math-prm";
    public const int DefaultProblems = 60;
    public const int DefaultWidth = 16;

    // The bundled reward model's scores lie closer together than the paper's: 0.2 was measured with it.
    const double BalanceTemperature = 0.2;

    const int BatchSize = 10;

    /// <param name="programFolder">Where the bundled models and problems lie.</param>
    public static DemoPlan Create(string programFolder, string policy, string reward, int problems, int width, long seed)
    {
        var rebase = new JobSpec
        {
            Name = "demo: REBASE",
            Policy = policy,
            Reward = reward,
            Width = width,
            BalanceTemperature = BalanceTemperature,
            BatchSize = BatchSize,
            Seed = seed,
        };
        var greedy = rebase with
        {
            Name = "demo: greedy",
            Reward = null,
            Strategy = SearchStrategy.Greedy,
            Width = 1,
            Temperature = 0,
            Voting = VotingMethod.Majority,
        };
        return new(rebase, greedy, BundledProblems(programFolder), problems);
    }

    /// <summary>Path of the dataset that comes with the program.</summary>
    public static string BundledProblems(string programFolder) => Path.Combine(programFolder, "models", "datasets", "arithmetic-test.jsonl");
}
