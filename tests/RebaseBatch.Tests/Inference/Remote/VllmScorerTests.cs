using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Inference.Remote;

public sealed class VllmScorerTests() : RemoteScorerConformance(nameof(RemoteKind.Vllm));
