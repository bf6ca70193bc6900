using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// Sets the weight of the tokens that a <see cref="SamplingFilter"/> removes to 0. Passes over the whole vocabulary are vectorized. Only
/// the few tokens above a bound are ordered, and only as far as needed to find the last one that stays.
/// </summary>
sealed class TopTokens(int vocabularySize)
{
    /// <summary>
    /// Fewest entries of a stretch. The maxima of the stretches bound the k-th largest logit. With shorter stretches, the maxima cost as
    /// much as the entries.
    /// </summary>
    const int FewestInStretch = 16;

    /// <summary>
    /// The weights above which the mass is summed: each is this many times the next, down to the lowest. The most probable token's weight
    /// is 1.
    /// </summary>
    const float BoundStep = 8, LowestBound = 1e-7f;

    /// <summary>How often the search halves a step on the log scale: down to a 256th of the step, which is a ratio of 1.008.</summary>
    const int Halvings = 8;

    readonly ulong[] _keys = new ulong[vocabularySize];
    readonly float[] _maxima = new float[vocabularySize / FewestInStretch + 1];

    /// <param name="weights">exp((logit - largest) / temperature); set to 0 where the filter removes the token.</param>
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
        var keys = Gather(logits, logits, BoundOfTopK(k, logits), float.PositiveInfinity);
        var last = TokenKey.LastOf(keys, k);
        if (topP >= 1) return last;
        var kept = 0;
        // Moves the k best together.
        foreach (var key in keys)
            if (key >= last) keys[kept++] = key;
        return TokenKey.LastOf(keys[..kept], topP * Mass(keys[..kept], weights), weights);
    }

    ulong LastOfTopP(double topP, ReadOnlySpan<float> logits, ReadOnlySpan<float> weights)
    {
        var wanted = topP * ExactMassFrom(0, weights);
        // Whole passes narrow down where the last token lies, so that few must be ordered even when half of the vocabulary stays.
        var (low, high) = (1 / BoundStep, 2f);
        while (low > LowestBound && MassFrom(low, weights) < wanted) (low, high) = (low / BoundStep, low);
        for (var i = 0; i < Halvings && low > LowestBound; i++)
        {
            var middle = MathF.Sqrt(low * high);
            if (MassFrom(middle, weights) >= wanted) low = middle;
            else high = middle;
        }

        // The passes added in single precision: this checks their result in double precision.
        var keys = Gather(logits, weights, low, high);
        var (within, above) = (Mass(keys, weights), ExactMassFrom(high, weights));
        return above < wanted && above + within >= wanted
            ? TokenKey.LastOf(keys, wanted - above, weights)
            : TokenKey.LastOf(Gather(logits, logits, float.MinValue, float.PositiveInfinity), wanted, weights);
    }

    /// <summary>A logit that at least k tokens reach: the k-th largest of the maxima of more than k stretches.</summary>
    float BoundOfTopK(int k, ReadOnlySpan<float> logits)
    {
        var stretch = Math.Min(256, logits.Length / (4 * k));
        if (stretch < FewestInStretch) return float.MinValue;
        var count = 0;
        for (var at = 0; at < logits.Length; at += stretch) _maxima[count++] =
            TensorPrimitives.Max(logits.Slice(at, Math.Min(stretch, logits.Length - at)));
        var maxima = _maxima.AsSpan(0, count);
        maxima.Sort();
        return maxima[count - k];
    }

    /// <summary>Keys of the tokens whose measure is from low to below high, in order of their ids.</summary>
    Span<ulong> Gather(ReadOnlySpan<float> logits, ReadOnlySpan<float> measures, float low, float high)
    {
        var count = 0;
        var wide = MemoryMarshal.Cast<float, Vector<float>>(measures);
        var (lows, highs) = (new Vector<float>(low), new Vector<float>(high));
        for (var i = 0; i < wide.Length; i++)
        {
            var within = Vector.GreaterThanOrEqual(wide[i], lows) & Vector.LessThan(wide[i], highs);
            if (within != Vector<int>.Zero) Take(i * Vector<float>.Count, Vector<float>.Count, logits, measures);
        }

        Take(wide.Length * Vector<float>.Count, measures.Length - wide.Length * Vector<float>.Count, logits, measures);
        return _keys.AsSpan(0, count);

        void Take(int first, int tokens, ReadOnlySpan<float> logits, ReadOnlySpan<float> measures)
        {
            for (var token = first; token < first + tokens; token++)
                if (measures[token] >= low && measures[token] < high) _keys[count++] = TokenKey.Of(logits[token], token);
        }
    }

    /// <summary>Sets the weight of the tokens after the last one that stays to 0.</summary>
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
        var (bounds, even, odd) = (new Vector<float>(bound), Vector<float>.Zero, Vector<float>.Zero);
        var at = 0;
        // Two sums, so that an addition does not wait for the previous one.
        for (; at + 1 < wide.Length; at += 2)
        {
            even += Reaching(wide[at], bounds);
            odd += Reaching(wide[at + 1], bounds);
        }

        var mass = Vector.Sum(even + odd);
        foreach (var weight in weights[(at * Vector<float>.Count)..]) mass += weight >= bound ? weight : 0;
        return mass;
    }

    /// <summary>In double precision: in a large vocabulary, 1e-7 of the whole is the share of a token.</summary>
    static double ExactMassFrom(float bound, ReadOnlySpan<float> weights)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var (bounds, sum) = (new Vector<float>(bound), Vector<double>.Zero);
        foreach (var part in wide)
        {
            Vector.Widen(Reaching(part, bounds), out var low, out var high);
            sum += low + high;
        }

        var mass = Vector.Sum(sum);
        foreach (var weight in weights[(wide.Length * Vector<float>.Count)..]) mass += weight >= bound ? weight : 0;
        return mass;
    }

    static Vector<float> Reaching(Vector<float> weights, Vector<float> bounds) =>
        Vector.ConditionalSelect(Vector.GreaterThanOrEqual(weights, bounds), weights, Vector<float>.Zero);

    static double Mass(ReadOnlySpan<ulong> keys, ReadOnlySpan<float> weights)
    {
        var mass = 0.0;
        foreach (var key in keys) mass += weights[TokenKey.Token(key)];
        return mass;
    }
}
