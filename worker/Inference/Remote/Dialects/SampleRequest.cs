using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>One child to be sampled by a server.</summary>
sealed record SampleRequest
{
    /// <summary>The prompt and the tokens so far.</summary>
    public required ReadOnlyMemory<int> Prompt { get; init; }

    /// <summary>Most tokens that come back, at least 1.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>0 takes the most probable token.</summary>
    public required float Temperature { get; init; }

    public SamplingFilter Filter { get; init; } = SamplingFilter.Off;

    /// <summary>0 to the dialect's greatest.</summary>
    public required long Seed { get; init; }

    /// <summary>A text behind which nothing more is needed. It only saves tokens; null for none.</summary>
    public string? Stop { get; init; }
}
