using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Llama.LLamaSharp;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Loading;

/// <summary>Chooses the runtime by its setting and by what this machine can load.</summary>
static class InferenceRuntimes
{
    static int s_told;

    /// <summary>Chooses, and loads LLamaSharp's files if the setting leaves the choice open.</summary>
    /// <exception cref="UserException">BadInput: the configured runtime can't use the settings.</exception>
    public static ChosenRuntime Choose(InferenceOptions options, ILogger log)
    {
        switch (options)
        {
            case { Runtime: InferenceRuntime.LLamaSharp, LlamaDirectory: not null }:
                throw new UserException(ExitCode.BadInput,
                    "Rebase:Inference:LlamaDirectory is for the runtime LlamaCpp, as LLamaSharp takes the files of its own backend package "
                        + "and crashes on others: leave it unset, or set Rebase:Inference:Runtime to LlamaCpp");
            case { Runtime: InferenceRuntime.LLamaSharp }:
                return new(new LLamaSharpRuntime(log), null);
            case { Runtime: InferenceRuntime.LlamaCpp } or { LlamaDirectory: not null }:
                return new(OwnBinding(options, log), null);
            default:
                if (LLamaSharpLibrary.Load(log) is not { } missing) return new(new LLamaSharpRuntime(log), null);
                // The files are of the process, and so is the line: a command may choose twice.
                if (Interlocked.Exchange(ref s_told, 1) == 0) log.RuntimeReplaced(missing);
                return new(OwnBinding(options, log), missing);
        }
    }

    static LlamaCppRuntime OwnBinding(InferenceOptions options, ILogger log) =>
        new(options.LlamaDirectory ?? Path.Combine(AppContext.BaseDirectory, "native", "llama"), log);
}
