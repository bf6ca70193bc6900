using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// One process has one llama.cpp. The files of both runtimes are named libggml-base.so inside, and Linux's loader gives the second one the
/// functions of the first: a mix of two releases, which crashes or computes something else.
/// </summary>
static class LlamaProcess
{
    static readonly Lock s_gate = new();
    static InferenceRuntime? s_holder;

    /// <summary>Reserves the process for a runtime, before the first of its files is loaded. It may do so again.</summary>
    /// <exception cref="UserException">Unexpected: the other runtime has the process.</exception>
    public static void Take(InferenceRuntime runtime)
    {
        lock (s_gate)
        {
            if (s_holder is { } holder && holder != runtime)
            {
                throw new UserException(ExitCode.Unexpected,
                    $"this process has loaded llama.cpp for the runtime {holder}, and can't load that of {runtime} beside it: the two "
                        + "releases would share functions. Start another process for it, with Rebase:Inference:Runtime set");
            }

            s_holder = runtime;
        }
    }

    /// <summary>Frees the process again: none of the runtime's files stayed in it.</summary>
    public static void GiveBack(InferenceRuntime runtime)
    {
        lock (s_gate)
            if (s_holder == runtime) s_holder = null;
    }
}
