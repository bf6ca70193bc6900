using System.Globalization;
using RebaseBatch.Benchmarks.Engine;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>One repeat: a job, its lone problems, and the limit measured beside them.</summary>
/// <param name="Run">What the job did.</param>
/// <param name="Trees">What its trees asked for.</param>
/// <param name="Lone">Problems that ran alone: their seconds, and what their trees asked for.</param>
/// <param name="Cores">Cores that the models have.</param>
sealed record LimitRound(
    TokenWork Run, TreeFigures Trees, IReadOnlyList<(double Seconds, TreeFigures Tree)> Lone, LimitRates Rates, int Cores)
{
    public double LimitSeconds => Rates.Seconds(Trees.Tokens);

    /// <summary>The time at the limit over the time that the job took.</summary>
    public double Ratio => LimitSeconds / Run.Cost.Seconds;

    /// <summary>The same for a model alone, by the time inside it: a device second is one core's.</summary>
    public double PolicyRatio => Rates.PolicySeconds(Trees.Tokens) * Cores / Run.Policy.Busy.TotalSeconds;
    public double RewardRatio => Rates.RewardSeconds(Trees.Tokens) * Cores / Run.Reward.Busy.TotalSeconds;

    /// <summary>Share of the cores' time that was spent inside the models.</summary>
    public double Busy => (Run.Policy.Busy + Run.Reward.Busy).TotalSeconds / (Run.Cost.Seconds * Cores);

    /// <summary>Tokens that went through the models for each that had to.</summary>
    public double PolicyReads => Run.Policy.Tokens / (double)(Trees.Tokens.Prompts + Trees.Tokens.Sampled);
    public double RewardReads => Run.Reward.Tokens / (double)(Trees.Tokens.Questions + Trees.Tokens.Scored);

    public IEnumerable<double> LoneSeconds => Lone.Select(lone => lone.Seconds);
    public IEnumerable<double> LoneRatios => Lone.Select(lone => Rates.Seconds(lone.Tree.Tokens) / lone.Seconds);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Run.Cost.Seconds:F2} s, {LimitSeconds:F2} at the limit; limit/job {Ratio:F2}, policy {PolicyRatio:F2}, reward {RewardRatio:F2}");
}
