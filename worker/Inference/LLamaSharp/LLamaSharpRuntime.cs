using System.Runtime.InteropServices;
using LLama;
using LLama.Common;
using LLama.Exceptions;
using LLama.Native;
using Microsoft.Extensions.Logging;
using RebaseBatch.Errors;
using RebaseBatch.Inference.LlamaCpp;
using RebaseBatch.Logging;

namespace RebaseBatch.Inference.LLamaSharp;

/// <summary>
/// LLamaSharp 0.28 with the native files of its backend package (llama.cpp c0c7e147; any other release crashes the process). It holds one
/// lock around every decode call of the process, so that a policy and a reward model take turns.
/// </summary>
sealed class LLamaSharpRuntime : IInferenceRuntime
{
    // Kept from the collector: native code calls it as long as the process lives.
    readonly NativeLogConfig.LLamaLogCallback _onLog;

    public LLamaSharpRuntime(ILogger log)
    {
        _onLog = (_, line) =>
        {
            var text = line.TrimEnd();
            if (text.Length > 0) log.LLamaSharpSaid(text);
        };
        NativeLogConfig.llama_log_set(_onLog);
    }

    /// <summary>By name only: LLamaSharp tells neither memory nor model of a device.</summary>
    public IReadOnlyList<InferenceDevice> Devices()
    {
        var devices = new List<InferenceDevice>();
        for (nuint i = 0; i < NativeApi.ggml_backend_dev_count(); i++)
        {
            // The device's memory is called after it: CPU, CUDA0, Vulkan0.
            var name = Marshal.PtrToStringUTF8(NativeApi.ggml_backend_buft_name(NativeApi.ggml_backend_dev_buffer_type(NativeApi.ggml_backend_dev_get(i)))) ?? "";
            devices.Add(new(name, "by LLamaSharp", !name.StartsWith("CPU", StringComparison.OrdinalIgnoreCase), 0));
        }

        return devices;
    }

    public ILanguageModel Load(string path, GpuPlacement gpu)
    {
        GgufFile.Check(path);
        gpu.Check(Devices());
        var parameters = new ModelParams(path)
        {
            GpuLayerCount = gpu.Layers,
            MainGpu = gpu.MainGpu,
            SplitMode = gpu.Split switch { GpuSplit.None => GPUSplitMode.None, GpuSplit.Row => GPUSplitMode.Row, _ => GPUSplitMode.Layer },
        };
        try
        {
            return new LLamaSharpModel(LLamaWeights.LoadFromFile(parameters), parameters);
        }
        catch (LoadWeightsFailedException e)
        {
            throw new UserException(ExitCode.ModelUnusable, $"LLamaSharp could not load the model {path}: 'rebase ... --verbose' shows what llama.cpp says of it", e);
        }
    }
}
