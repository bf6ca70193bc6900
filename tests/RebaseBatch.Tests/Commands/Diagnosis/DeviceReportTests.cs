using RebaseBatch.Commands.Diagnosis;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;
using Xunit;

namespace RebaseBatch.Tests.Commands.Diagnosis;

[Fast]
public sealed class DeviceReportTests
{
    static readonly InferenceDevice
        s_cpu = new("CPU", "some processor", false, 8L << 30),
        s_first = new("CUDA0", "a card", true, 80L << 30),
        s_second = new("CUDA1", "another card", true, 0);

    [Fact]
    public void Each_device_is_named_with_its_memory_where_it_says_so()
    {
        var report = DeviceReport.Of(new(), [s_first, s_second, s_cpu]);
        Assert.StartsWith($"CUDA0 (a card, {Output(80L << 30)}); CUDA1 (another card); CPU (some processor, {Output(8L << 30)}); ", report,
            StringComparison.Ordinal);

        static string Output(long bytes) => HumanText.Bytes(bytes);
    }

    [Fact]
    public void On_a_CPU_the_settings_of_GPUs_do_not_apply()
    {
        var report = DeviceReport.Of(new() { MainGpu = 3 }, [s_cpu]);
        Assert.EndsWith(
            "; GpuLayers 0: all layers on the CPU; MainGpu and GpuSplit have no effect; FlashAttention unset: depends on the size of each "
                + "model's attention heads; "
            + "KvCacheType F16", report, StringComparison.Ordinal);
        Assert.Contains("though there is a GPU", DeviceReport.Of(new(), [s_first, s_cpu]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("None", 2, "GpuSplit None: each model on CUDA1 (MainGpu 1)")]
    [InlineData("Layer", 2, "GpuSplit Layer: each model on 2 GPUs; MainGpu has no effect")]
    [InlineData("Row", 2, "GpuSplit Row: each model on 2 GPUs, its parts that cannot be split on CUDA1 (MainGpu 1)")]
    [InlineData("Layer", 1, "GpuSplit Layer and MainGpu 0 have no effect with one GPU")]
    public void On_GPUs_it_says_where_a_model_goes(string split, int gpus, string expected)
    {
        var options = new InferenceOptions { GpuLayers = -1, MainGpu = gpus - 1, GpuSplit = Enum.Parse<GpuSplit>(split) };
        var report = DeviceReport.Of(options, [.. ((InferenceDevice[])[s_first, s_second])[..gpus], s_cpu]);
        Assert.Contains(expected, report, StringComparison.Ordinal);
        Assert.Contains("FlashAttention unset: on, because a GPU is used", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_main_GPU_beyond_those_found_is_an_error_with_a_way_out()
    {
        var refused =
            Assert.Throws<UserException>(() => DeviceReport.Of(new() { GpuLayers = -1, MainGpu = 2 }, [s_first, s_second, s_cpu]));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("set it to one of these", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_that_needs_fused_attention_is_refused_without_it()
    {
        var refused =
            Assert.Throws<UserException>(() => DeviceReport.Of(new() { KvCacheType = KvCacheType.Q8_0, FlashAttention = false }, [s_cpu]));
        Assert.Contains("FlashAttention", refused.Message, StringComparison.Ordinal);
        Assert.Contains("KvCacheType Q8_0", DeviceReport.Of(new() { KvCacheType = KvCacheType.Q8_0 }, [s_cpu]), StringComparison.Ordinal);
    }
}
