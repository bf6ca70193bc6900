using System.Runtime.InteropServices;
using LLama.Exceptions;
using LLama.Native;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Llama.LLamaSharp;

/// <summary>
/// LLamaSharp 0.28 with the native files of its backend package (llama.cpp c0c7e147; any other release crashes the process). It holds one
/// lock around every decode call of the process, so a policy and a reward model take turns.
/// </summary>
sealed class LLamaSharpRuntime : IInferenceRuntime
{
    readonly LlamaLogLines _lines = new();
    readonly ILogger _log;

    public LLamaSharpRuntime(ILogger log)
    {
        _log = log;
        // LLamaSharp keeps the garbage collector from taking the delegate.
        NativeLogConfig.llama_log_set(OnLog);
    }

    /// <summary>By name only: LLamaSharp says neither the memory nor the model of a device.</summary>
    /// <exception cref="UserException">There are no native files for this machine.</exception>
    public IReadOnlyList<InferenceDevice> Devices()
    {
        LoadLibrary();
        var devices = new List<InferenceDevice>();
        for (nuint i = 0; i < NativeApi.ggml_backend_dev_count(); i++)
        {
            // The device's memory has its name: CPU, CUDA0, Vulkan0.
            var name = Marshal.PtrToStringUTF8(
                NativeApi.ggml_backend_buft_name(NativeApi.ggml_backend_dev_buffer_type(NativeApi.ggml_backend_dev_get(i)))) ?? "";
            devices.Add(new(name, "by LLamaSharp", !name.StartsWith("CPU", StringComparison.OrdinalIgnoreCase), 0));
        }

        return devices;
    }

    /// <summary>LLamaSharp's own version: its native files don't say theirs, and each version has one release of them.</summary>
    public string Build() => $"LLamaSharp {typeof(NativeApi).Assembly.GetName().Version?.ToString(3)}";

    public ILanguageModel Load(string path, GpuPlacement gpu)
    {
        GgufFile.Check(path);
        gpu.Check(Devices(), InferenceRuntime.LLamaSharp);
        var parameters = LLamaModelParams.Default();
        (parameters.n_gpu_layers, parameters.main_gpu) = (gpu.Layers, gpu.MainGpu);
        parameters.split_mode =
            gpu.Split switch { GpuSplit.None => GPUSplitMode.None, GpuSplit.Row => GPUSplitMode.Row, _ => GPUSplitMode.Layer };
        LlamaLogLines.TakeError();
        try
        {
            return new LLamaSharpModel(SafeLlamaModelHandle.LoadFromFile(path, parameters), path);
        }
        catch (LoadWeightsFailedException e)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"LLamaSharp could not load the model {path}: {LlamaLogLines.TakeError() ?? "it gave no reason"}", e);
        }
    }

    static void LoadLibrary()
    {
        try
        {
            NativeApi.llama_empty_call();
        }
        catch (TypeInitializationException e) when (e.InnerException is RuntimeError or DllNotFoundException)
        {
            throw Missing(e);
        }

        // LLamaSharp falls back to a libllama of the system, whose release is unknown.
        if (NativeApi.GetLoadedNativeLibrary(NativeLibraryName.LLama) is null) throw Missing(null);
    }

    static UserException Missing(Exception? cause) => new(ExitCode.ModelUnusable,
        $"LLamaSharp has no native files for {RuntimeInformation.RuntimeIdentifier} in "
            + $"{Path.Combine(AppContext.BaseDirectory, "runtimes")}: restore its backend package by building again, or set "
            + "Rebase:Inference:Runtime to LlamaCpp", cause);

    void OnLog(LLamaLogLevel level, string text)
    {
        // An exception must not cross into native code.
        try
        {
            if (_lines.Add((int)level, text) is { } line) _log.LLamaSharpSaid(line);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }
}
