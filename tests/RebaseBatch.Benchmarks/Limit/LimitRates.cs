namespace RebaseBatch.Benchmarks.Limit;

/// <summary>The best rates of both models, in tokens a second on all cores.</summary>
sealed record LimitRates(LayoutRate Sampling, LayoutRate Prompts, LayoutRate Scoring, LayoutRate Questions)
{
    /// <summary>Seconds that the policy needs at least, if it has all cores.</summary>
    public double PolicySeconds(JobTokens tokens) => tokens.Sampled / Sampling.AllCores + tokens.Prompts / Prompts.AllCores;

    /// <summary>Seconds that the reward model needs at least, if it has all cores.</summary>
    public double RewardSeconds(JobTokens tokens) => tokens.Scored / Scoring.AllCores + tokens.Questions / Questions.AllCores;

    public double Seconds(JobTokens tokens) => PolicySeconds(tokens) + RewardSeconds(tokens);
}
