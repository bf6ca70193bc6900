using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Loading;

/// <summary>The runtimes by their setting.</summary>
static class InferenceRuntimes
{
    /// <exception cref="UserException">BadInput: the configured runtime can't use the settings.</exception>
    public static IInferenceRuntime Create(InferenceOptions options, ILogger log)
    {
        if (options.Runtime is InferenceRuntime.LlamaCpp)
            return new LlamaCppRuntime(options.LlamaDirectory ?? Path.Combine(AppContext.BaseDirectory, "native", "llama"), log);

        return options.LlamaDirectory is null
            ? new LLamaSharpRuntime(log)
            : throw new UserException(ExitCode.BadInput,
                "Rebase:Inference:LlamaDirectory is for the runtime LlamaCpp, as LLamaSharp takes the files of its own backend package "
                    + "and crashes on others: leave it unset, or set Rebase:Inference:Runtime to LlamaCpp");
    }
}
