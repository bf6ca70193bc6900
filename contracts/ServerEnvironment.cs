namespace RebaseBatch.Contracts;

/// <summary>A server that has a model, as it describes itself.</summary>
public sealed record ServerEnvironment
{
    /// <summary>Its program: vllm, sglang, llama-server or openai.</summary>
    public required string Kind { get; init; }

    /// <summary>The program's version; null if it does not say it.</summary>
    public required string? Version { get; init; }

    /// <summary>The model's name there.</summary>
    public required string Model { get; init; }

    /// <summary>What the server says of the model's revision or the version of its weights; null if it says nothing.</summary>
    public required string? Revision { get; init; }

    /// <summary>Number of replicas that the worker uses.</summary>
    public required int Endpoints { get; init; }
}
