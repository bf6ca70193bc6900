using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary>What decodes here, and which of the settings make a difference to it.</summary>
static class DeviceReport
{
    /// <summary>The devices with their memory, and a clause for each setting about them.</summary>
    /// <exception cref="UserException">The settings ask for what is not there.</exception>
    public static string Of(InferenceOptions options, IReadOnlyList<InferenceDevice> devices)
    {
        options.Placement.Check(devices, options.Runtime);
        if (options is { FlashAttention: false, KvCacheType: KvCacheType.Q8_0 or KvCacheType.Q4_0 })
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"Rebase:Inference:KvCacheType is {options.KvCacheType}, which needs fused attention, and FlashAttention is false: leave FlashAttention unset, or store F16");
        }

        var gpus = devices.Where(device => device.IsGpu).ToList();
        return string.Join("; ", [.. devices.Select(Describe), Layers(options, gpus.Count), .. Gpu(options, gpus), Attention(options), $"KvCacheType {options.KvCacheType}"]);
    }

    static string Describe(InferenceDevice device) =>
        $"{device.Name} ({device.Description}{(device.MemoryBytes > 0 ? $", {HumanText.Bytes(device.MemoryBytes)}" : "")})";

    static string Layers(InferenceOptions options, int gpus) => options.GpuLayers switch
    {
        0 when gpus > 0 => "GpuLayers 0: all on the CPU, though there is a GPU",
        0 => "GpuLayers 0: all on the CPU",
        < 0 => $"GpuLayers {options.GpuLayers}: all on {(gpus > 1 ? "GPUs" : "the GPU")}",
        _ => $"GpuLayers {options.GpuLayers}: so many on {(gpus > 1 ? "GPUs" : "the GPU")}, the others on the CPU",
    };

    static IEnumerable<string> Gpu(InferenceOptions options, List<InferenceDevice> gpus)
    {
        if (options.GpuLayers == 0)
        {
            yield return "MainGpu and GpuSplit do not apply";
            yield break;
        }

        yield return options.GpuSplit is GpuSplit.None
            ? $"GpuSplit None: on {gpus[options.MainGpu].Name} (MainGpu {options.MainGpu})"
            : gpus.Count == 1 ? $"GpuSplit {options.GpuSplit} and MainGpu {options.MainGpu} make no difference with one GPU"
            : options.GpuSplit is GpuSplit.Row ? $"GpuSplit Row: over {gpus.Count} GPUs, what is not split on {gpus[options.MainGpu].Name} (MainGpu {options.MainGpu})"
            : $"GpuSplit Layer: over {gpus.Count} GPUs; MainGpu does not apply";
    }

    static string Attention(InferenceOptions options) => options.FlashAttention switch
    {
        true => "FlashAttention on",
        false => "FlashAttention off",
        null when options.GpuLayers != 0 => "FlashAttention unset: on, as on any GPU",
        null when options.KvCacheType is KvCacheType.Q8_0 or KvCacheType.Q4_0 => "FlashAttention unset: on, as the cache's type needs it",
        null => "FlashAttention unset: by the size of the model's heads",
    };
}
