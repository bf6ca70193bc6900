using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Inference;

/// <summary>On the runtime of the test's process. <see cref="SecondRuntimeTests"/> runs it on the other one.</summary>
public sealed class LlamaContextTests : DecodeContextConformance
{
    private protected override ILanguageModel Model => Models.PolicyM;

    // F16 weights: batch composition moved logits by up to 0.005 where it was measured.
    private protected override float Tolerance => 0.05f;
}
