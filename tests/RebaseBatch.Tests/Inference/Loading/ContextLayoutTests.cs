using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

[Fast]
public sealed class ContextLayoutTests
{
    const long Memory = 16L << 30;

    static ModelFacts Facts(long bytes = 500_000, int trainContext = 512, long cellBytes = 1024, int headSize = 32) =>
        new("test", bytes / 2, bytes, 440, trainContext, cellBytes, headSize, 64);

    static ContextLayout Choose(InferenceOptions options, ModelFacts? facts = null, int threads = 0, int cores = 8) =>
        ContextLayout.Choose(facts ?? Facts(), options, threads, Memory, cores);

    [Fact]
    public void A_lane_gets_about_sixteen_branches_of_a_small_model_eight_and_of_one_in_the_cache_four()
    {
        Assert.Equal(4, Choose(new() { MaxBranches = 64 }, Facts(bytes: 4L << 30)).Contexts);
        Assert.Equal(8, Choose(new() { MaxBranches = 64 }, Facts(bytes: 100 << 20)).Contexts);
        Assert.Equal(16, Choose(new() { MaxBranches = 64 }).Contexts);
    }

    [Fact]
    public void A_GPU_gets_one_context() => Assert.Equal(1, Choose(new() { GpuLayers = -1 }).Contexts);

    [Fact]
    public void A_lane_holds_the_longest_sequence_that_the_model_knows()
    {
        // 16 GiB / 8 / 128 KiB = 16,384 cells: two lanes of 8,192.
        var layout = Choose(new(), Facts(trainContext: 8192, cellBytes: 128 << 10));
        Assert.Equal((2, 8192), (layout.Contexts, layout.Cells));
    }

    [Fact]
    public void Cells_that_are_configured_are_shared_by_the_lanes()
    {
        var layout = Choose(new() { ContextCells = 16_384 });
        Assert.Equal((8, 2048), (layout.Contexts, layout.Cells));
    }

    [Fact]
    public void Too_few_cells_for_two_lanes_stay_together()
    {
        var layout = Choose(new() { ContextCells = 1024 });
        Assert.Equal((1, 1024), (layout.Contexts, layout.Cells));
    }

    [Fact]
    public void Contexts_that_are_configured_are_taken() => Assert.Equal(7, Choose(new() { Lanes = 7 }).Contexts);

    [Fact]
    public void Small_models_decode_a_thread_a_lane_and_large_ones_with_half_of_the_cores()
    {
        Assert.Equal(1, Choose(new()).ThreadsPerCall);
        Assert.Equal(4, Choose(new(), Facts(bytes: 4L << 30)).ThreadsPerCall);
        Assert.Equal(3, Choose(new(), threads: 3).ThreadsPerCall);
    }

    [Fact]
    public void A_call_may_take_all_cores_unless_the_model_stays_in_the_cache()
    {
        Assert.Equal(1, Choose(new()).MostThreadsPerCall);
        Assert.Equal(8, Choose(new(), Facts(bytes: 100 << 20)).MostThreadsPerCall);
        Assert.Equal(8, Choose(new(), Facts(bytes: 4L << 30)).MostThreadsPerCall);
        Assert.Equal(2, Choose(new() { PolicyThreads = 1, RewardThreads = 1 }, Facts(bytes: 100 << 20), threads: 1).MostThreadsPerCall);
    }

    [Theory]
    [InlineData(32, 0, "F16", false)]
    [InlineData(64, 0, "F16", true)]
    [InlineData(32, -1, "F16", true)]
    [InlineData(32, 0, "Q8_0", true)]
    public void Attention_is_fused_where_that_is_faster_or_needed(int headSize, int gpuLayers, string type, bool expected)
    {
        var options = new InferenceOptions { GpuLayers = gpuLayers, KvCacheType = Enum.Parse<KvCacheType>(type) };
        Assert.Equal(expected, Choose(options, Facts(headSize: headSize)).FlashAttention);
        options.FlashAttention = !expected;
        Assert.Equal(!expected, Choose(options, Facts(headSize: headSize)).FlashAttention);
    }

    [Theory]
    [InlineData(0, 0, 8, 8)]
    [InlineData(0, 0, 1, 1)]
    [InlineData(1, 1, 8, 2)]
    [InlineData(3, 0, 8, 7)]
    public void No_more_threads_decode_than_are_configured(int policy, int reward, int cores, int expected) =>
        Assert.Equal(expected, ContextLayout.ThreadsInAll(new() { PolicyThreads = policy, RewardThreads = reward }, cores));
}
