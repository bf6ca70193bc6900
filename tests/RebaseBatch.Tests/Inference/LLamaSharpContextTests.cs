using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Inference;

public sealed class LLamaSharpContextTests : DecodeContextConformance
{
    static readonly Lazy<ILanguageModel> s_model =
        new(() => new LLamaSharpRuntime(NullLogger.Instance).Load(Models.PathOf("tiny-math-policy-m"), GpuPlacement.Cpu));

    private protected override ILanguageModel Model => s_model.Value;

    // F16 weights, as for the own binding.
    private protected override float Tolerance => 0.05f;
}
