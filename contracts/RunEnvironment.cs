using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// What an attempt ran on. The backend alone can change scores by many points (arXiv 2605.19537), so two runs are comparable only if theirs
/// are known.
/// </summary>
public sealed record RunEnvironment
{
    /// <summary>The program's version.</summary>
    public required string Program { get; init; }

    /// <summary>The library that decoded, or of a model on a server tokenized: llama_cpp or llama_sharp.</summary>
    public required string Runtime { get; init; }

    /// <summary>The runtime's release and, where it says so, its commit.</summary>
    public required string RuntimeBuild { get; init; }

    /// <summary>
    /// The devices that decoded, with their descriptions. GPUs are named only if they had layers. Empty if all models were on servers.
    /// </summary>
    public required IReadOnlyList<string> Devices { get; init; }

    public required ModelEnvironment Policy { get; init; }

    /// <summary>Null for an attempt without a reward model.</summary>
    public required ModelEnvironment? Reward { get; init; }

    /// <summary>Null, and left out of files, for an attempt without an embedding model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelEnvironment? Embedding { get; init; }
}
