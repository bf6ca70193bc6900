using RebaseBatch.Inference.Ports;
using RebaseBatch.Tests.Support;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class ScriptedContextTests : DecodeContextConformance
{
    private protected override ILanguageModel Model { get; } = new ScriptedModel();
    private protected override float Tolerance => 0;
}
