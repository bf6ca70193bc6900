namespace RebaseBatch.Benchmarks.Engine;

/// <summary>What one process of <c>engine --pairs</c> measured. It prints this as one line of JSON.</summary>
/// <param name="Build">The runtime's build.</param>
/// <param name="Sampled">Tokens drawn from the policy.</param>
/// <param name="Seconds">Wall time of the searches.</param>
/// <param name="CpuSeconds">Processor time of the process during the searches.</param>
/// <param name="PolicySeconds">The policy's device seconds, as the books of a job have them.</param>
/// <param name="Allocated">Managed bytes allocated during the searches.</param>
sealed record PairedFigures(string Build, long Sampled, double Seconds, double CpuSeconds, double PolicySeconds, long Allocated)
{
    public double SecondsPerToken => Seconds / Sampled;
    public double CpuSecondsPerToken => CpuSeconds / Sampled;
    public double PolicySecondsPerToken => PolicySeconds / Sampled;
    public double BytesPerToken => Allocated / (double)Sampled;
}
