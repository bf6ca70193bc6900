using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>A server to start.</summary>
/// <param name="Kind">The dialect that it speaks.</param>
/// <param name="Model">A bundled model, such as <c>tiny-math-policy-s</c>; also its name at the server.</param>
/// <param name="Port">0 takes a free one.</param>
sealed record ModelServerOptions(RemoteKind Kind, string Model, int Port = 0)
{
    public string Version { get; init; } = "1.2.3";
    public string Weights { get; init; } = "default";
    public string? ApiKey { get; init; }

    /// <summary>Safetensors file of a head of one number, as Skywork's; null for a server that generates.</summary>
    public string? Head { get; init; }

    public ServedIdentity Identity => new() { Model = Model, Version = Version, Weights = Weights, ApiKey = ApiKey };
}
