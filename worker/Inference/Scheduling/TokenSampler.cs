using System.Numerics.Tensors;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>Draws tokens from logits. One instance per thread; nothing is allocated per token.</summary>
sealed class TokenSampler(int vocabularySize)
{
    /// <summary>Entries summed at once in the search for the drawn one.</summary>
    const int Block = 256;

    /// <summary>
    /// Entries that all steps of a weight are done for at once: 16 KB, which stay in the core's first cache. Over a whole row of 152,000
    /// each step would read and write 600 KB.
    /// </summary>
    const int Part = 4096;

    /// <summary>Made by the first draw: an engine of a reward model never draws.</summary>
    float[] _weights = [], _blocks = [];

    /// <summary>Ten bytes per vocabulary entry; made when a filter is first used.</summary>
    TopTokens? _top;

    /// <summary>
    /// The token at quantile <paramref name="uniform"/> of softmax(logits / temperature); the most probable one at temperature 0.
    /// </summary>
    /// <param name="uniform">In [0, 1).</param>
    /// <exception cref="ModelFaultException">The logits hold no finite maximum: the model is broken.</exception>
    public int Draw(ReadOnlySpan<float> logits, float temperature, double uniform) =>
        Draw(logits, temperature, SamplingFilter.Off, uniform);

    /// <summary>The token at that quantile among those that the filter leaves. With any filter, quantiles go by token id.</summary>
    /// <inheritdoc cref="Draw(ReadOnlySpan{float}, float, double)"/>
    public int Draw(ReadOnlySpan<float> logits, float temperature, SamplingFilter filter, double uniform)
    {
        var max = TensorPrimitives.Max(logits);
        if (!float.IsFinite(max)) throw new ModelFaultException($"the model's logits hold {max}");
        if (temperature <= 0 || filter.TopK == 1) return TensorPrimitives.IndexOfMax(logits);

        if (_weights.Length == 0) (_weights, _blocks) = (new float[vocabularySize], new float[(vocabularySize + Block - 1) / Block]);
        var weights = _weights.AsSpan(0, logits.Length);
        Weigh(logits, max, temperature, weights);
        if (!filter.IsOff) (_top ??= new(vocabularySize)).Apply(filter, logits, weights);

        // The search uses the same sums that make the total. Another order of adding gives another total, and over a vocabulary of 150,000
        // the difference would go to the last entry once in a million draws.
        var total = 0.0;
        for (var i = 0; i * Block < weights.Length; i++) total += _blocks[i] = TensorPrimitives.Sum(BlockOf(weights, i));
        var (left, block) = (uniform * total, 0);
        while ((block + 1) * Block < weights.Length && left >= _blocks[block]) left -= _blocks[block++];
        // By rounding, the quantile may lie beyond the last block that has any weight.
        while (_blocks[block] <= 0) block--;

        var drawn = -1;
        for (var at = block * Block; at < Math.Min((block + 1) * Block, weights.Length); at++)
        {
            if (weights[at] <= 0) continue;
            drawn = at;
            if ((left -= weights[at]) < 0) break;
        }

        return drawn;
    }

    /// <summary>exp((logit - max) / temperature) of each entry.</summary>
    static void Weigh(ReadOnlySpan<float> logits, float max, float temperature, Span<float> weights)
    {
        for (var at = 0; at < logits.Length;)
        {
            // The last part takes the rest with it: a few entries alone would be computed without vectors, which rounds otherwise.
            var size = logits.Length - at < 2 * Part ? logits.Length - at : Part;
            var part = weights.Slice(at, size);
            TensorPrimitives.Subtract(logits.Slice(at, size), max, part);
            if (temperature != 1) TensorPrimitives.Divide(part, temperature, part);
            TensorPrimitives.Exp(part, part);
            at += size;
        }
    }

    static ReadOnlySpan<float> BlockOf(Span<float> weights, int block) =>
        weights.Slice(block * Block, Math.Min(Block, weights.Length - block * Block));
}
