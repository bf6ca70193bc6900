using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>Tokens of one model.</summary>
public sealed record ModelUsage
{
    /// <summary>The model as the job names it.</summary>
    public string Model { get; init; } = "";

    /// <summary>SHA-256 of the model's weights (docs/models.md), lower-case hex.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Number of weights, the factor of the FLOPs.</summary>
    public long Parameters { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens drawn from the policy; 0 for a reward model.</summary>
    public long SampledTokens { get; init; }

    /// <summary>Tokens that went through the model: shared prefixes count once, and re-encoded tokens count again.</summary>
    public long EvaluatedTokens { get; init; }

    /// <summary>Evaluated tokens that had been encoded before and were lost to eviction, preemption or a restart.</summary>
    public long ReencodedTokens { get; init; }

    /// <summary>
    /// Tokens of prompts that the prefix cache of the model's server held, apart from the evaluated ones; null, and left out of files, for
    /// a model that decoded in the worker's process, and when the server does not say it of every step.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? CachedTokens { get; init; }

    /// <summary>
    /// Tokens of steps that are in no finished solution, and trimmed ones: sampled tokens of the policy, evaluated ones of the
    /// other models.
    /// </summary>
    public long DiscardedTokens { get; init; }

    /// <summary>
    /// This problem's share of the time that the model decoded, by tokens; null for a model on a server, where nobody measures it.
    /// </summary>
    public double? DeviceSeconds { get; init; } = 0;
}
