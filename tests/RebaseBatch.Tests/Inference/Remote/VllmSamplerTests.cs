using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Inference.Remote;

public sealed class VllmSamplerTests() : RemoteSamplerConformance(nameof(RemoteKind.Vllm));
