using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary>Describes the devices that decode on this machine, and which settings affect them.</summary>
static class DeviceReport
{
    /// <summary>The devices with their memory, and a clause for each setting that concerns them.</summary>
    /// <param name="runtime">The runtime that found them.</param>
    /// <exception cref="UserException">
    /// ModelUnusable: the settings ask for a device that is not there, or contradict each other.
    /// </exception>
    public static string Of(InferenceOptions options, IReadOnlyList<InferenceDevice> devices,
        InferenceRuntime runtime = InferenceRuntime.LLamaSharp)
    {
        options.Placement.Check(devices, runtime);
        if (options is { FlashAttention: false, KvCacheType: KvCacheType.Q8_0 or KvCacheType.Q4_0 })
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"Rebase:Inference:KvCacheType is {options.KvCacheType}, which needs fused attention, but FlashAttention is false: leave "
                    + "FlashAttention unset, or set KvCacheType to F16");
        }

        var gpus = devices.Where(device => device.IsGpu).ToList();
        return string.Join("; ",
        [
            .. devices.Select(Describe), Layers(options, gpus.Count), .. Gpu(options, gpus), Attention(options),
            $"KvCacheType {options.KvCacheType}",
        ]);
    }

    static string Describe(InferenceDevice device) =>
        $"{device.Name} ({device.Description}{(device.MemoryBytes > 0 ? $", {HumanText.Bytes(device.MemoryBytes)}" : "")})";

    static string Layers(InferenceOptions options, int gpus) => options.GpuLayers switch
    {
        0 when gpus > 0 => "GpuLayers 0: all layers on the CPU, although there is a GPU",
        0 => "GpuLayers 0: all layers on the CPU",
        < 0 => $"GpuLayers {options.GpuLayers}: all layers on {(gpus > 1 ? "GPUs" : "the GPU")}",
        _ => $"GpuLayers {options.GpuLayers}: {options.GpuLayers} layers on {(gpus > 1 ? "GPUs" : "the GPU")}, the others on the CPU",
    };

    static IEnumerable<string> Gpu(InferenceOptions options, List<InferenceDevice> gpus)
    {
        if (options.GpuLayers == 0)
        {
            yield return "MainGpu and GpuSplit have no effect";
            yield break;
        }

        var main = $"{gpus[options.MainGpu].Name} (MainGpu {options.MainGpu})";
        yield return options.GpuSplit switch
        {
            GpuSplit.None => $"GpuSplit None: each model on {main}",
            _ when gpus.Count == 1 => $"GpuSplit {options.GpuSplit} and MainGpu {options.MainGpu} have no effect with one GPU",
            GpuSplit.Row => $"GpuSplit Row: each model on {gpus.Count} GPUs, its parts that cannot be split on {main}",
            _ => $"GpuSplit Layer: each model on {gpus.Count} GPUs; MainGpu has no effect",
        };
    }

    static string Attention(InferenceOptions options) => options.FlashAttention switch
    {
        true => "FlashAttention on",
        false => "FlashAttention off",
        null when options.GpuLayers != 0 => "FlashAttention unset: on, because a GPU is used",
        null when options.KvCacheType is KvCacheType.Q8_0 or KvCacheType.Q4_0 => "FlashAttention unset: on, because KvCacheType needs it",
        null => "FlashAttention unset: depends on the size of each model's attention heads",
    };
}
