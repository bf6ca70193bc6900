using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>
/// Finds the fastest layout for one kind of calls. The first time it tries every layout; after that only those that were fastest, as the
/// machine's speed changes and the order of the layouts hardly does.
/// </summary>
/// <param name="name">The calls' name in the progress lines.</param>
/// <param name="cores">Cores that work at once.</param>
sealed class LayoutSweep(string name, ILanguageModel model, ReadShape shape, int cores, IEnumerable<CallLayout> layouts)
{
    /// <summary>
    /// A small model's weights stay in a core's cache, and so would the cells of one context. A core gets contexts for this many paths, one
    /// search of width 16, and goes round them. A large model's weights are read from memory anyway.
    /// </summary>
    const int PathsOfSmall = 16;

    const long SmallBytes = 16 << 20;
    const int Fastest = 3;

    IReadOnlyList<CallLayout> _layouts = [.. layouts];

    /// <summary>The fastest layout with its tokens a second, on all cores and on one of them while the others are idle.</summary>
    public async Task<LayoutRate> BestAsync()
    {
        var rates = new List<(CallLayout Layout, double Rate)>();
        foreach (var layout in _layouts) rates.Add((layout, await RateAsync(layout)));
        _layouts = [.. rates.OrderByDescending(one => one.Rate).Select(one => one.Layout).Take(Fastest)];
        var best = rates.MaxBy(one => one.Rate);
        var other = best.Layout with { Fused = !best.Layout.Fused };
        if (!_layouts.Contains(other) && await RateAsync(other) is var rate && rate > best.Rate) best = (other, rate);
        return new(best.Layout, best.Rate, CallRate.Of(model, best.Layout, shape, Contexts(best.Layout), cores: 1));
    }

    async Task<double> RateAsync(CallLayout layout)
    {
        var rate = CallRate.Of(model, layout, shape, Contexts(layout), cores);
        await BenchmarkOutput.ProgressAsync($"{name} in pieces of {shape.Piece} behind {shape.Prefix}: {rate:N0} tokens/s, {layout}");
        return rate;
    }

    int Contexts(CallLayout layout) => model.Facts.Bytes <= SmallBytes ? Math.Max(1, PathsOfSmall / layout.Paths) : 1;
}
