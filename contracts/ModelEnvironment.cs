using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>
/// How one model ran. Of a model on a server, this program knows only what <see cref="Server"/> says: the texts below are empty then, and
/// the numbers 0.
/// </summary>
public sealed record ModelEnvironment
{
    /// <summary>
    /// The model's identity: SHA-256 of its weights, on a server of what the server says of them (docs/models.md), lower-case hex.
    /// </summary>
    public required string Sha256 { get; init; }

    /// <summary>The file type that the GGUF file states, for example Q4_K_M; the runtime's own description if it states none.</summary>
    public required string Quantisation { get; init; }

    /// <summary>Layers on GPUs, as configured: 0 for none, -1 for all.</summary>
    public required int GpuLayers { get; init; }

    /// <summary>How keys and values are stored.</summary>
    public required string KvCache { get; init; }

    /// <summary>Whether attention ran in the fused kernel.</summary>
    public required bool FlashAttention { get; init; }

    /// <summary>Contexts, over which the searches are spread.</summary>
    public required int Contexts { get; init; }

    /// <summary>Threads of one decode call.</summary>
    public required int ThreadsPerCall { get; init; }

    /// <summary>
    /// How the model was prompted (a policy) or its input written (a reward model): the preset's name and the first digits of the SHA-256
    /// of its texts. Null, and left out of files, for results that are older than this.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Prompt { get; init; }

    /// <summary>The server that had the model; null, and left out of files, for a model that decoded in the worker's process.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServerEnvironment? Server { get; init; }
}
