namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// A token as one number. A greater number comes first: tokens are ordered by logit, and with equal logits the lower id comes first. No two
/// keys are equal.
/// </summary>
static class TokenKey
{
    const uint Sign = 0x8000_0000;

    public static ulong Of(float logit, int token)
    {
        // Adding 0 turns -0 into 0, which it equals.
        var bits = BitConverter.SingleToUInt32Bits(logit + 0f);
        return (ulong)((bits & Sign) != 0 ? ~bits : bits | Sign) << 32 | ~(uint)token;
    }

    public static int Token(ulong key) => (int)~(uint)key;

    public static float Logit(ulong key)
    {
        var bits = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((bits & Sign) != 0 ? bits & ~Sign : ~bits);
    }

    /// <summary>The last of the first <paramref name="count"/> keys. Reorders the keys.</summary>
    public static ulong LastOf(Span<ulong> keys, int count) => LastOf(keys, count, []);

    /// <summary>
    /// Takes keys from the greatest on until their tokens together weigh at least <paramref name="wanted"/>, and returns the last key
    /// taken. Returns the least key if all tokens weigh less. Reorders the keys.
    /// </summary>
    /// <param name="keys">At least one.</param>
    /// <param name="weights">By token; when empty, each token weighs 1.</param>
    public static ulong LastOf(Span<ulong> keys, double wanted, ReadOnlySpan<float> weights)
    {
        while (keys.Length > 1)
        {
            var pivot = Median(keys[0], keys[keys.Length / 2], keys[^1]);
            // Moves the keys above the pivot to the front and weighs them. The pivot is left out: otherwise a part might never get smaller.
            var (above, mass) = (0, 0.0);
            for (var i = 0; i < keys.Length; i++)
            {
                if (keys[i] <= pivot) continue;
                (keys[above], keys[i]) = (keys[i], keys[above]);
                mass += Weight(keys[above++], weights);
            }

            if (mass >= wanted)
            {
                keys = keys[..above];
                continue;
            }

            wanted -= mass;
            keys = keys[above..];
            if (Weight(pivot, weights) >= wanted || keys.Length == 1) return pivot;
            wanted -= Weight(pivot, weights);
            var at = keys.IndexOf(pivot);
            (keys[0], keys[at]) = (keys[at], keys[0]);
            keys = keys[1..];
        }

        return keys[0];
    }

    static double Weight(ulong key, ReadOnlySpan<float> weights) => weights.IsEmpty ? 1 : weights[Token(key)];

    static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
