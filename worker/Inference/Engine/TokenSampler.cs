using System.Numerics.Tensors;

namespace RebaseBatch.Inference.Engine;

/// <summary>Draws tokens from logits; one instance per engine thread, nothing allocated per token.</summary>
sealed class TokenSampler(int vocabularySize)
{
    /// <summary>Entries summed at once while looking for the drawn one.</summary>
    const int Block = 256;

    readonly float[] _weights = new float[vocabularySize];

    /// <summary>The token at quantile <paramref name="uniform"/> of softmax(logits / temperature); the likeliest one at temperature 0.</summary>
    /// <param name="uniform">In [0, 1).</param>
    /// <exception cref="ModelFaultException">The logits hold no finite maximum: the model is broken.</exception>
    public int Draw(ReadOnlySpan<float> logits, float temperature, double uniform)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        var max = logits[best];
        if (!float.IsFinite(max)) throw new ModelFaultException($"the model's logits hold {max}");
        if (temperature <= 0) return best;

        var weights = _weights.AsSpan(0, logits.Length);
        TensorPrimitives.Subtract(logits, max, weights);
        TensorPrimitives.Divide(weights, temperature, weights);
        TensorPrimitives.Exp(weights, weights);

        var left = uniform * TensorPrimitives.Sum(weights);
        var at = 0;
        for (; at + Block <= weights.Length; at += Block)
        {
            var block = TensorPrimitives.Sum(weights.Slice(at, Block));
            if (left < block) break;
            left -= block;
        }

        // Rounding may leave a crumb beyond the last weight: then it is the last token that has any.
        var drawn = best;
        for (; at < weights.Length; at++)
        {
            if (weights[at] <= 0) continue;
            drawn = at;
            if ((left -= weights[at]) < 0) break;
        }

        return drawn;
    }
}
