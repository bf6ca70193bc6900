using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Loading;

/// <summary>The runtimes of this build.</summary>
static partial class InferenceRuntimes
{
    /// <exception cref="UserException">BadInput: this build does not have the configured one, or it can't use the settings.</exception>
    public static IInferenceRuntime Create(InferenceOptions options, ILogger log)
    {
        if (options.Runtime is InferenceRuntime.LlamaCpp)
            return new LlamaCppRuntime(options.LlamaDirectory ?? Path.Combine(AppContext.BaseDirectory, "native", "llama"), log);

        if (options.LlamaDirectory is not null)
            throw new UserException(ExitCode.BadInput,
                "Rebase:Inference:LlamaDirectory is for the runtime LlamaCpp, as LLamaSharp takes the files of its own backend package "
                    + "and crashes on others: leave it unset, or set Rebase:Inference:Runtime to LlamaCpp");
        IInferenceRuntime? runtime = null;
        AddLLamaSharp(log, ref runtime);
        return runtime
            ?? throw new UserException(ExitCode.BadInput,
                $"Rebase:Inference:Runtime is {options.Runtime}, and this build has LlamaCpp only: build with "
                    + "-p:RebaseAdapters=llamasharp, or leave it unset");
    }

    /// <summary>Has a body in builds with -p:RebaseAdapters=llamasharp only; the call vanishes from others.</summary>
    static partial void AddLLamaSharp(ILogger log, ref IInferenceRuntime? runtime);
}
