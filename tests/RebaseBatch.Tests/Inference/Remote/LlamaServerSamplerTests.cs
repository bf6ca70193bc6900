using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Inference.Remote;

public sealed class LlamaServerSamplerTests() : RemoteSamplerConformance(nameof(RemoteKind.LlamaServer));
