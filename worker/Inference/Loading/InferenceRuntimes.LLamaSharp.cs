using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Loading;

static partial class InferenceRuntimes
{
    static partial void AddLLamaSharp(ILogger log, ref IInferenceRuntime? runtime) => runtime = new LLamaSharpRuntime(log);
}
