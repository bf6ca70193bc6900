using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class ScriptedContextTests : DecodeContextConformance
{
    private protected override ILanguageModel Model { get; } = new ScriptedModel();
    private protected override float Tolerance => 0;
}
