using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Tests.Inference.Remote;

public sealed class SGLangSamplerTests() : RemoteSamplerConformance(nameof(RemoteKind.SGLang));
