using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Inference;

/// <summary>
/// Compiled with <c>-p:RebaseAdapters=llamasharp</c> only. LLamaSharp loads the native files of its backend package; run it alone
/// (<c>--filter LLamaSharp</c>), because otherwise one process would load two releases of llama.cpp.
/// </summary>
public sealed class LLamaSharpContextTests : DecodeContextConformance
{
    static readonly Lazy<ILanguageModel> s_model =
        new(() => new LLamaSharpRuntime(NullLogger.Instance).Load(Models.PathOf("tiny-math-policy-m"), GpuPlacement.Cpu));

    private protected override ILanguageModel Model => s_model.Value;

    // F16 weights, as for the own binding.
    private protected override float Tolerance => 0.05f;
}
