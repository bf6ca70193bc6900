namespace RebaseBatch.Benchmarks.Engine;

/// <summary>What a run had both models do, and how long that took.</summary>
/// <param name="Sampled">Tokens drawn from the policy.</param>
/// <param name="Policy">Tokens that went through the policy.</param>
/// <param name="Reward">Tokens that went through the reward model.</param>
/// <param name="PolicyCalls">Decode calls of the policy, of which the average number of branches follows.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Allocated">Managed bytes allocated by all threads.</param>
sealed record TokenWork(long Sampled, long Policy, long Reward, long PolicyCalls, long RewardCalls, double PolicyBusy, double RewardBusy, double Seconds, long Allocated)
{
    public double TokensPerSecond => Sampled / Seconds;
}
