using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>What one model did for a whole job: the sums over its problems, under the names of <see cref="ModelUsage"/>.</summary>
public sealed record ModelTotals
{
    public long PromptTokens { get; init; }
    public long SampledTokens { get; init; }
    public long EvaluatedTokens { get; init; }
    public long ReencodedTokens { get; init; }
    public long DiscardedTokens { get; init; }

    /// <summary>Null, and left out of files, if that of a problem with evaluated tokens is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? CachedTokens { get; init; }

    /// <summary>Null if that of a problem is not known: the model was on a server.</summary>
    public double? DeviceSeconds { get; init; } = 0;
}
