using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Durable.Budgets;

/// <summary>
/// What all problems of a job together may cost, over all workers and attempts; null is no limit. A limit that is reached exactly leaves
/// nothing.
/// </summary>
/// <param name="SampledTokens">Tokens that the policy samples.</param>
/// <param name="Flops">Operations of the policy for those tokens (<see cref="Core.Searching.Flops"/>).</param>
/// <param name="DeviceSeconds">Seconds that its models decode, policy and reward model added up.</param>
sealed record JobLimits(long? SampledTokens = null, double? Flops = null, double? DeviceSeconds = null)
{
    public static JobLimits Of(JobSpec spec) => new(spec.MaxTokensPerJob, spec.MaxFlopsPerJob, spec.MaxDeviceSecondsPerJob);

    /// <summary>Whether there is any limit.</summary>
    public bool IsAny => (SampledTokens, Flops, DeviceSeconds) is not (null, null, null);

    /// <summary>The first limit in the order of <see cref="JobLimit"/> that leaves nothing; null while all leave something.</summary>
    /// <param name="policyParameters">Number of parameters of the job's policy, for the FLOPs.</param>
    public JobLimit? Reached(DecodedWork spent, long policyParameters) =>
        spent.SampledTokens >= SampledTokens ? JobLimit.SampledTokens
        : IsSpent(Core.Searching.Flops.Of(policyParameters, spent.SampledTokens), Flops) ? JobLimit.Flops
        : IsSpent(spent.DeviceSeconds, DeviceSeconds) ? JobLimit.DeviceSeconds
        : null;

    // Not "spent >= limit": a sum that is not a number must stop the job, and not free it of its limit.
    static bool IsSpent(double spent, double? limit) => limit is { } most && !(spent < most);
}
