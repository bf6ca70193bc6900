using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Engine;

/// <summary>
/// Takes the weight from the tokens that a <see cref="SamplingFilter"/> leaves out. Whole passes over the vocabulary are vectorised; only
/// the few tokens above a bound are ordered, and no further than to find the last one that stays.
/// </summary>
sealed class TopTokens(int vocabularySize)
{
    /// <summary>Fewest entries of a stretch whose maxima bound the k-th largest: below, the maxima cost as much as the entries.</summary>
    const int FewestInStretch = 16;

    /// <summary>The weights at which the mass above is looked up, each so many times the next; the likeliest token's is 1.</summary>
    const float BoundStep = 8;

    const int BoundSteps = 8;

    readonly ulong[] _keys = new ulong[vocabularySize];
    readonly float[] _maxima = new float[vocabularySize / FewestInStretch + 1];

    /// <param name="weights">exp((logit - largest) / temperature); set to 0 where the filter says no.</param>
    public void Apply(SamplingFilter filter, ReadOnlySpan<float> logits, Span<float> weights)
    {
        var topK = filter.TopK > 0 && filter.TopK < logits.Length ? filter.TopK : 0;
        if (topK > 0 || filter.TopP < 1)
        {
            var last = topK > 0 ? LastOfTopK(topK, filter.TopP, logits, weights) : LastOfTopP(filter.TopP, logits, weights);
            Cut(TokenKey.Logit(last), TokenKey.Token(last), logits, weights);
        }

        if (filter.MinP > 0) CutBelow((float)filter.MinP, weights);
    }

    ulong LastOfTopK(int k, double topP, ReadOnlySpan<float> logits, ReadOnlySpan<float> weights)
    {
        var keys = Gather(logits, BoundOfTopK(k, logits));
        var last = TokenKey.LastOf(keys, k);
        if (topP >= 1) return last;
        var kept = 0;
        // The k best, moved together.
        foreach (var key in keys)
            if (key >= last) keys[kept++] = key;
        return TokenKey.LastOf(keys[..kept], topP * Mass(keys[..kept], weights), weights);
    }

    ulong LastOfTopP(double topP, ReadOnlySpan<float> logits, ReadOnlySpan<float> weights)
    {
        var wanted = topP * Mass(weights);
        var bound = 1f;
        for (var step = 0; step < BoundSteps; step++)
        {
            bound /= BoundStep;
            // A bound for speed: whether what lies above it is enough is asked again below, to the digit.
            if (MassFrom(bound, weights) < wanted) continue;
            var above = GatherByWeight(logits, weights, bound);
            if (Mass(above, weights) >= wanted) return TokenKey.LastOf(above, wanted, weights);
        }

        return TokenKey.LastOf(Gather(logits, float.MinValue), wanted, weights);
    }

    /// <summary>A logit that at least k tokens reach: the k-th largest of the maxima of more than k stretches.</summary>
    float BoundOfTopK(int k, ReadOnlySpan<float> logits)
    {
        var stretch = Math.Min(256, logits.Length / (4 * k));
        if (stretch < FewestInStretch) return float.MinValue;
        var count = 0;
        for (var at = 0; at < logits.Length; at += stretch) _maxima[count++] = TensorPrimitives.Max(logits.Slice(at, Math.Min(stretch, logits.Length - at)));
        var maxima = _maxima.AsSpan(0, count);
        maxima.Sort();
        return maxima[count - k];
    }

    Span<ulong> Gather(ReadOnlySpan<float> logits, float bound) => GatherByWeight(logits, logits, bound);

    /// <summary>Keys of the tokens whose measure reaches the bound, in order of their ids.</summary>
    Span<ulong> GatherByWeight(ReadOnlySpan<float> logits, ReadOnlySpan<float> measures, float bound)
    {
        var count = 0;
        var wide = MemoryMarshal.Cast<float, Vector<float>>(measures);
        var bounds = new Vector<float>(bound);
        for (var i = 0; i < wide.Length; i++)
        {
            if (!Vector.GreaterThanOrEqualAny(wide[i], bounds)) continue;
            for (var token = i * Vector<float>.Count; token < (i + 1) * Vector<float>.Count; token++)
                if (measures[token] >= bound) _keys[count++] = TokenKey.Of(logits[token], token);
        }

        for (var token = wide.Length * Vector<float>.Count; token < measures.Length; token++)
            if (measures[token] >= bound) _keys[count++] = TokenKey.Of(logits[token], token);
        return _keys.AsSpan(0, count);
    }

    /// <summary>No weight for tokens that come after the last one that stays.</summary>
    static void Cut(float lastLogit, int lastToken, ReadOnlySpan<float> logits, Span<float> weights)
    {
        CutBelow(lastLogit, logits, weights);
        for (var at = lastToken + 1; at < logits.Length && logits[at..].IndexOf(lastLogit) is >= 0 and var ties; at++)
        {
            at += ties;
            weights[at] = 0;
        }
    }

    static void CutBelow(float bound, Span<float> weights) => CutBelow(bound, weights, weights);

    static void CutBelow(float bound, ReadOnlySpan<float> measures, Span<float> weights)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(measures);
        var wideWeights = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var bounds = new Vector<float>(bound);
        for (var i = 0; i < wide.Length; i++)
            wideWeights[i] = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(wide[i], bounds), wideWeights[i], Vector<float>.Zero);
        for (var at = wide.Length * Vector<float>.Count; at < measures.Length; at++)
            if (measures[at] < bound) weights[at] = 0;
    }

    static float MassFrom(float bound, ReadOnlySpan<float> weights)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var (bounds, sum) = (new Vector<float>(bound), Vector<float>.Zero);
        foreach (var part in wide) sum += Vector.ConditionalSelect(Vector.GreaterThanOrEqual(part, bounds), part, Vector<float>.Zero);
        var mass = Vector.Sum(sum);
        foreach (var weight in weights[(wide.Length * Vector<float>.Count)..]) mass += weight >= bound ? weight : 0;
        return mass;
    }

    /// <summary>In double precision: a share of 1e-7 of the whole is a token of a large vocabulary.</summary>
    static double Mass(ReadOnlySpan<float> weights)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var sum = Vector<double>.Zero;
        foreach (var part in wide)
        {
            Vector.Widen(part, out var low, out var high);
            sum += low + high;
        }

        var mass = Vector.Sum(sum);
        foreach (var weight in weights[(wide.Length * Vector<float>.Count)..]) mass += weight;
        return mass;
    }

    static double Mass(ReadOnlySpan<ulong> keys, ReadOnlySpan<float> weights)
    {
        var mass = 0.0;
        foreach (var key in keys) mass += weights[TokenKey.Token(key)];
        return mass;
    }
}
