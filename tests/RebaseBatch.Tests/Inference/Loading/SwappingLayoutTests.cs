using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

[Fast]
public sealed class SwappingLayoutTests
{
    static ModelFacts Facts(long bytes, int trainContext, long cellBytes) =>
        new("test", bytes / 2, bytes, 440, trainContext, cellBytes, 32, 64);

    static SwappingLayout? Choose(ModelFacts facts, InferenceOptions? options = null, long memory = 16L << 30, int cores = 8) =>
        SwappingLayout.Choose(ContextLayout.Choose(facts, options ??= new(), 0, memory, cores), facts, options, cores);

    [Fact]
    public void A_small_model_gets_a_reader_for_each_core_and_a_large_one_two()
    {
        var small = Choose(Facts(7 << 20, 512, 6144))!;
        Assert.Equal((8, 512, 768), (small.Readers, small.Longest, small.Cells));
        Assert.Equal(2, Choose(Facts(1 << 30, 8192, 28 << 10))!.Readers);
        Assert.Equal(3, Choose(Facts(7 << 20, 512, 6144), new() { Lanes = 3 })!.Readers);
    }

    [Fact]
    public void On_many_cores_half_of_the_cells_stay_for_what_is_saved()
    {
        var layout = Choose(Facts(117 << 20, 4096, 36 << 10), memory: 256L << 30, cores: 64)!;
        Assert.Equal((15, 131_072 - 15 * 4352), (layout.Readers, layout.SavedCells));
    }

    [Fact]
    public void A_path_is_as_long_as_a_context_with_whole_trees_guarantees() =>
        Assert.Equal(8192, Choose(Facts(1 << 30, 32_768, 28 << 10))!.Longest);

    [Fact]
    public void More_cells_make_room_for_a_longer_path()
    {
        var facts = Facts(1 << 30, 32_768, 28 << 10);
        var layout = Choose(facts, new() { ContextCells = 100_000 })!;
        Assert.Equal((2, 100_000 / 4 - 256), (layout.Readers, layout.Longest));
        Assert.Equal(100_000, layout.SavedCells + layout.Readers * layout.Cells);
        Assert.Equal(32_768, Choose(facts, new() { ContextCells = 1 << 20 })!.Longest);
    }

    [Fact]
    public void All_cells_together_are_those_of_contexts_with_whole_trees()
    {
        var facts = Facts(7 << 20, 512, 6144);
        var (shared, layout) = (ContextLayout.Choose(facts, new(), 0, 16L << 30, 8), Choose(facts)!);
        Assert.Equal(shared.Contexts * shared.Cells, layout.SavedCells + layout.Readers * layout.Cells);
    }

    [Fact]
    public void On_a_GPU_and_with_little_memory_contexts_hold_whole_trees()
    {
        var facts = Facts(7 << 20, 512, 6144);
        Assert.Null(Choose(facts, new() { GpuLayers = -1 }));
        Assert.Null(Choose(facts, new() { ContextCells = 16_384 }));
        Assert.NotNull(Choose(facts, new() { ContextCells = 65_536 }));
        // 16 GiB / 8 / 128 KiB: 16,384 cells for 128 paths.
        Assert.Null(Choose(Facts(4L << 30, 8192, 128 << 10)));
        Assert.NotNull(Choose(Facts(4L << 30, 8192, 128 << 10), memory: 128L << 30));
    }
}
