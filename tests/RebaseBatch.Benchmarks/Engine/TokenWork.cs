using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>What both models did in a run, and what it cost.</summary>
/// <param name="Sampled">Tokens drawn from the policy.</param>
/// <param name="Allocated">Managed bytes allocated by all threads.</param>
sealed record TokenWork(long Sampled, EngineStatistics Policy, EngineStatistics Reward, Cost Cost, long Allocated)
{
    public double TokensPerSecond => Sampled / Cost.Seconds;
    public double TokensPerCpuSecond => Sampled / Cost.CpuSeconds;
}
