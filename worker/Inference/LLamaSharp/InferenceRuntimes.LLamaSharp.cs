using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.LLamaSharp;

namespace RebaseBatch.Inference;

static partial class InferenceRuntimes
{
    static partial void AddLLamaSharp(ILogger log, ref IInferenceRuntime? runtime) => runtime = new LLamaSharpRuntime(log);
}
