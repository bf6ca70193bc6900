using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class GpuPlacementTests
{
    static readonly InferenceDevice s_cpu = new("CPU", "a processor", false, 1L << 30);
    static readonly InferenceDevice[] s_twoGpus = [new("CUDA0", "a card", true, 0), s_cpu, new("CUDA1", "another", true, 0)];

    static string Refused(GpuPlacement placement, params InferenceDevice[] devices)
    {
        var refused = Assert.Throws<UserException>(() => placement.Check(devices, InferenceRuntime.LlamaCpp));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        return refused.Message;
    }

    [Fact]
    public void Nothing_on_a_GPU_needs_none()
    {
        GpuPlacement.Cpu.Check([s_cpu], InferenceRuntime.LlamaCpp);
        new GpuPlacement(0, MainGpu: 5).Check([s_cpu], InferenceRuntime.LlamaCpp);
    }

    [Fact]
    public void Layers_for_a_GPU_that_is_not_there_are_refused() =>
        Assert.Contains("no GPU was found", Refused(new(-1), s_cpu), StringComparison.Ordinal);

    [Fact]
    public void Each_runtime_names_the_way_to_a_GPU_that_it_takes()
    {
        string Way(InferenceRuntime runtime) => Assert.Throws<UserException>(() => new GpuPlacement(-1).Check([s_cpu], runtime)).Message;
        Assert.Contains("LlamaDirectory", Way(InferenceRuntime.LlamaCpp), StringComparison.Ordinal);
        // LLamaSharp refuses that setting, and looks for this variable.
        Assert.DoesNotContain("LlamaDirectory", Way(InferenceRuntime.LLamaSharp), StringComparison.Ordinal);
        Assert.Contains("CUDA_VERSION", Way(InferenceRuntime.LLamaSharp), StringComparison.Ordinal);
    }

    [Fact]
    public void A_main_GPU_beyond_those_found_is_refused_and_they_are_named()
    {
        new GpuPlacement(-1, MainGpu: 1).Check(s_twoGpus, InferenceRuntime.LlamaCpp);
        var message = Refused(new(10, MainGpu: 2), s_twoGpus);
        Assert.Contains("Rebase:Inference:MainGpu is 2, and 2 GPUs were found (0 is CUDA0, 1 is CUDA1)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void LLamaSharp_is_never_given_the_files_of_another_release()
    {
        var refused =
            Assert.Throws<UserException>(
                () => InferenceRuntimes.Choose(new() { Runtime = InferenceRuntime.LLamaSharp, LlamaDirectory = "/llama" },
                    NullLogger.Instance));
        Assert.Contains("Rebase:Inference:LlamaDirectory", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_llama_cpp_without_a_runtime_means_LlamaCpp()
    {
        var chosen = InferenceRuntimes.Choose(new() { LlamaDirectory = "/llama" }, NullLogger.Instance);
        Assert.Equal((InferenceRuntime.LlamaCpp, null), (chosen.Runtime.Kind, chosen.Missing));
    }
}
