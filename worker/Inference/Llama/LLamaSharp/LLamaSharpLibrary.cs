using System.Runtime.InteropServices;
using LLama.Native;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>Loads LLamaSharp's native files once per process and routes its log.</summary>
static class LLamaSharpLibrary
{
    static readonly Lock s_gate = new();
    static readonly LlamaLogLines s_lines = new();
    static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "runtimes");
    static ILogger? s_log;
    static LLamaSharpFiles? s_files;
    static LlamaExports? s_exports;
    static TensorExports? s_tensors;
    static EmbeddingExports? s_embedding;
    static LlamaBackends? s_backends;

    /// <summary>
    /// Loads the files of the best variant that this machine can load. Later calls return what the first one found.
    /// </summary>
    /// <returns>Null, or a clause that names what is missing. The process is free for the other runtime then.</returns>
    /// <exception cref="Platform.Errors.UserException">The process has the other runtime.</exception>
    public static string? Load(ILogger log)
    {
        lock (s_gate)
        {
            s_log = log;
            if (s_files is null)
            {
                LlamaProcess.Take(InferenceRuntime.LLamaSharp);
                s_files = new(AppContext.BaseDirectory);
                // The dry run chooses, and LLamaSharp's own loading comes after it. An error that it can't load would stay for the process.
                NativeLibraryConfig.LLama.WithLogCallback(OnLog).WithSelectingPolicy(s_files).DryRun(out _);
                if (s_files.Path is not null)
                {
                    NativeApi.llama_empty_call();
                    s_exports = LlamaExports.Of(s_files.Llama);
                    s_embedding = EmbeddingExports.Of(s_files.Llama);
                    var ggmlBase = s_files.Beside("ggml-base");
                    s_tensors = TensorExports.Of(ggmlBase);
                    s_backends = new(s_files.Beside("ggml"), ggmlBase);
                }
                else if (!AnyIsMapped()) LlamaProcess.GiveBack(InferenceRuntime.LLamaSharp);
            }

            return s_files.Path is not null ? null : s_files.Fault ?? NoFiles;
        }
    }

    /// <summary>The functions of each decode call, in the file that LLamaSharp has loaded.</summary>
    public static LlamaExports Exports => s_exports!;

    /// <summary>The functions that read a tensor of a running call.</summary>
    public static TensorExports Tensors => s_tensors!;

    /// <summary>The functions of contexts that embed texts.</summary>
    public static EmbeddingExports Embedding => s_embedding!;

    public static LlamaBackends Backends => s_backends!;

    /// <summary>The chosen CPU variant or GPU backend.</summary>
    public static string Variant => s_files!.Variant;

    static string NoFiles => $"its backend package has no files for {RuntimeInformation.RuntimeIdentifier} in "
        + s_folder;

    /// <summary>Whether a file of the package is in the process. Only Linux's loader keeps files that were freed.</summary>
    static bool AnyIsMapped() => OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/maps").Any(line => line.Contains(s_folder, StringComparison.Ordinal));

    static void OnLog(LLamaLogLevel level, string text)
    {
        // An exception must not cross into native code.
        try
        {
            if (s_lines.Add((int)level, text) is { } line && s_log is { } log) log.LLamaSharpSaid(line);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }
}
