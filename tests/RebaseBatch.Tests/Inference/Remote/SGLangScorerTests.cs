using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Inference.Remote;

public sealed class SGLangScorerTests() : RemoteScorerConformance(nameof(RemoteKind.SGLang));
