using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Demo;

/// <summary>What the demo solves: the bundled problems with REBASE and, for comparison, with greedy search on the same policy.</summary>
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
        var rebase = Defaults(SearchStrategy.Rebase, scored: true) with { Name = "demo: REBASE", Reward = reward, Width = width };
        var greedy = Defaults(SearchStrategy.Greedy, scored: false) with { Name = "demo: greedy" };
        return new(rebase, greedy, BundledProblems(programFolder), problems);

        JobSpec Defaults(SearchStrategy strategy, bool scored) => JobSpec.DefaultsOf(Preset.Corrected, strategy, scored) with
        {
            Policy = policy,
            BalanceTemperature = BalanceTemperature,
            BatchSize = BatchSize,
            Seed = seed,
        };
    }

    /// <summary>Path of the dataset that comes with the program.</summary>
    public static string BundledProblems(string programFolder) =>
        Path.Combine(programFolder, "models", "datasets", "arithmetic-test.jsonl");
}
