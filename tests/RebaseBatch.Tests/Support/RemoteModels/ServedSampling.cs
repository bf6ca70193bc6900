using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>What one request asks a served model for, whatever the dialect.</summary>
sealed record ServedSampling
{
    public required int[] Prompt { get; init; }

    /// <summary>Most tokens to draw, at least 1.</summary>
    public required int MaxTokens { get; init; }

    public float Temperature { get; init; } = 1;

    public SamplingFilter Filter { get; init; } = SamplingFilter.Off;

    public long Seed { get; init; }

    /// <summary>UTF-8 bytes of the texts that end the generation.</summary>
    public IReadOnlyList<byte[]> Stops { get; init; } = [];

    /// <summary>Whether the drawn tokens' probabilities are wanted, and with them those of <see cref="Labels"/>.</summary>
    public bool WantsProbabilities { get; init; }

    /// <summary>Tokens whose probabilities are wanted at each position.</summary>
    public int[] Labels { get; init; } = [];

    /// <summary>How many of the most probable tokens are wanted at each position.</summary>
    public int Top { get; init; }

    /// <summary>Added to tokens' logits before one is drawn.</summary>
    public IReadOnlyList<(int Token, float Bias)> Biases { get; init; } = [];

    /// <summary>Whether probabilities are those that the tokens are drawn by: with biases, temperature and filters.</summary>
    public bool AfterSampling { get; init; }

    public bool IgnoresEndOfGeneration { get; init; }
}
