using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Inference.Remote;

public sealed class LlamaServerScorerTests() : RemoteScorerConformance(nameof(RemoteKind.LlamaServer));
