using System.Numerics.Tensors;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>Draws tokens from logits. One instance per thread; nothing is allocated per token.</summary>
sealed class TokenSampler(int vocabularySize)
{
    /// <summary>Entries summed at once in the search for the drawn one.</summary>
    const int Block = 256;

    readonly float[] _weights = new float[vocabularySize];
    readonly float[] _blocks = new float[(vocabularySize + Block - 1) / Block];

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
        var best = TensorPrimitives.IndexOfMax(logits);
        var max = logits[best];
        if (!float.IsFinite(max)) throw new ModelFaultException($"the model's logits hold {max}");
        if (temperature <= 0 || filter.TopK == 1) return best;

        var weights = _weights.AsSpan(0, logits.Length);
        TensorPrimitives.Subtract(logits, max, weights);
        TensorPrimitives.Divide(weights, temperature, weights);
        TensorPrimitives.Exp(weights, weights);
        if (!filter.IsOff) (_top ??= new(vocabularySize)).Apply(filter, logits, weights);

        // The search uses the same sums that make the total. Another order of adding gives another total, and over a vocabulary of 150,000
        // the difference would go to the last entry once in a million draws.
        var total = 0.0;
        for (var i = 0; i * Block < weights.Length; i++) total += _blocks[i] = TensorPrimitives.Sum(BlockOf(weights, i));
        var (left, block) = (uniform * total, 0);
        while ((block + 1) * Block < weights.Length && left >= _blocks[block]) left -= _blocks[block++];
        // By rounding, the quantile may lie beyond the last block that has any weight.
        while (_blocks[block] <= 0) block--;

        var drawn = best;
        for (var at = block * Block; at < Math.Min((block + 1) * Block, weights.Length); at++)
        {
            if (weights[at] <= 0) continue;
            drawn = at;
            if ((left -= weights[at]) < 0) break;
        }

        return drawn;
    }

    static ReadOnlySpan<float> BlockOf(Span<float> weights, int block) =>
        weights.Slice(block * Block, Math.Min(Block, weights.Length - block * Block));
}
