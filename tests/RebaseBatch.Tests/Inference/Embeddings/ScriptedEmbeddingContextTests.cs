using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Inference.Embeddings;

[Fast]
public sealed class ScriptedEmbeddingContextTests : EmbeddingContextConformance
{
    private protected override ILanguageModel Model { get; } = new ScriptedModel();
    private protected override double Tolerance => 1e-9;
}
