namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>What a server says of itself and of its model.</summary>
sealed record ServedIdentity
{
    /// <summary>The name that requests must use.</summary>
    public required string Model { get; init; }

    /// <summary>The server program's version, as each dialect writes it.</summary>
    public string Version { get; init; } = "1.2.3";

    /// <summary>What SGLang calls the weights' version.</summary>
    public string Weights { get; init; } = "default";

    /// <summary>Where the model lies, as the server says it.</summary>
    public string Path { get; init; } = "/models/served";

    /// <summary>The key that requests must carry; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether vLLM was started with <c>--enable-prompt-tokens-details</c>.</summary>
    public bool CountsCachedTokens { get; init; } = true;

    /// <summary>Longest sequence that it says it serves; null: as long as the model can.</summary>
    public int? MaxTokens { get; init; }
}
