namespace RebaseBatch.Contracts;

/// <summary>What one model did for a whole job: the sums of its problems' <see cref="ModelUsage"/>, whose words these are.</summary>
public sealed record ModelTotals
{
    public long PromptTokens { get; init; }
    public long SampledTokens { get; init; }
    public long EvaluatedTokens { get; init; }
    public long ReencodedTokens { get; init; }
    public long DiscardedTokens { get; init; }
    public double DeviceSeconds { get; init; }
}
