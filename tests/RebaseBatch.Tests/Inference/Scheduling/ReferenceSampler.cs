using System.Numerics.Tensors;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Inference.Scheduling;

/// <summary>Filters by sorting the whole vocabulary, and draws as the program did before it could filter.</summary>
static class ReferenceSampler
{
    const int Block = 256;

    public static int Draw(float[] logits, float temperature, SamplingFilter filter, double uniform)
    {
        var weights = Weights(logits, temperature);
        var allowed = Allowed(logits, temperature, filter);
        for (var i = 0; i < weights.Length; i++)
            if (!allowed.Contains(i)) weights[i] = 0;
        return Quantile(weights, uniform);
    }

    public static HashSet<int> Allowed(float[] logits, float temperature, SamplingFilter filter)
    {
        var weights = Weights(logits, temperature);
        IReadOnlyList<int> order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenBy(i => i)];
        if (filter.TopK > 0) order = [.. order.Take(filter.TopK)];
        if (filter.TopP < 1)
        {
            var wanted = filter.TopP * order.Sum(i => (double)weights[i]);
            var kept = 0;
            for (var mass = 0.0; mass < wanted && kept < order.Count; kept++) mass += weights[order[kept]];
            order = [.. order.Take(kept)];
        }

        return [.. order.Where(i => weights[i] >= (float)filter.MinP)];
    }

    /// <summary>exp((logit - largest) / temperature), by the same kernels: another exponential differs in its last digit.</summary>
    static float[] Weights(float[] logits, float temperature)
    {
        var weights = new float[logits.Length];
        TensorPrimitives.Subtract(logits, logits.Max(), weights);
        TensorPrimitives.Divide(weights, temperature, weights);
        TensorPrimitives.Exp(weights, weights);
        return weights;
    }

    static int Quantile(float[] weights, double uniform)
    {
        var sums = weights.Chunk(Block).Select(block => TensorPrimitives.Sum(block)).ToArray();
        var total = 0.0;
        foreach (var sum in sums) total += sum;
        var (left, at) = (uniform * total, 0);
        while (at < sums.Length - 1 && left >= sums[at]) left -= sums[at++];
        while (sums[at] <= 0) at--;
        var drawn = -1;
        for (var i = at * Block; i < Math.Min((at + 1) * Block, weights.Length); i++)
        {
            if (weights[i] <= 0) continue;
            drawn = i;
            if ((left -= weights[i]) < 0) break;
        }

        return drawn;
    }
}
