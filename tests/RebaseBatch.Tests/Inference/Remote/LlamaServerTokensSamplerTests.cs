using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>Over the server's own vocabulary.</summary>
public sealed class LlamaServerTokensSamplerTests() : RemoteSamplerConformance(nameof(RemoteKind.LlamaServer), tokenizes: true);
