namespace RebaseBatch.Core.Searching.Authors;

/// <summary>
/// The authors' allocation in their own arithmetic (thu-wyz/inference_scaling, rebase.py, select_softmax): weights e^(score / T) as 32-bit
/// floats without subtracting the greatest, then n = ⌈W · e / S⌉ for one node after the other, W -= n, S -= e. The subtractions
/// collect the rounding errors of all nodes before: sometimes the last shares are one too high, and more children are allocated than the
/// width has. <see cref="WidthAllocation.Ceil"/> is the same rule without that error.
/// <para>
/// Not reproduced to the last bit: torch's e^x and the order of its first sum depend on the machine's vector unit. Here e^x is rounded
/// from 64 bits, and the sum runs in serving order.
/// </para>
/// </summary>
static class AuthorsAllocation
{
    /// <summary>
    /// Allocates <paramref name="width"/> children, or some more, but never more than twice the width: a search's breadth must have a
    /// bound. Where their code throws (e^x overflows for score / T above 88.7, or 0 / 0 when S is used up), the exact rule
    /// allocates the level.
    /// </summary>
    /// <param name="scores">Finite, one per node, in order of birth.</param>
    /// <param name="width">Children to allocate, 0 or more.</param>
    /// <param name="temperature">T_b, above 0.</param>
    /// <returns>Children per node, in the order of <paramref name="scores"/>.</returns>
    public static int[] Ceil(ReadOnlySpan<double> scores, int width, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        var all = scores.ToArray();
        // Their sort is ascending and stable, and the result is reversed: among equal scores the later-born is served first.
        var order = Enumerable.Range(0, all.Length).OrderBy(i => all[i]).Reverse().ToArray();
        var weights = Array.ConvertAll(order, i => (float)Math.Exp((float)all[i] / (float)temperature));
        var sum = 0f;
        foreach (var weight in weights) sum += weight;

        var widths = new int[all.Length];
        long left = width;
        var room = 2L * width;
        for (var rank = 0; rank < order.Length; rank++)
        {
            var share = left * weights[rank] / sum;
            if (!float.IsFinite(share)) return WidthAllocation.Ceil(scores, width, temperature);
            // A share below 0 can follow once more than the width is allocated. It gives no children, but it is subtracted like any other.
            var children = (long)Math.Ceiling(Math.Clamp(share, -1e6f, 1e6f));
            widths[order[rank]] = (int)Math.Clamp(children, 0, room);
            room -= widths[order[rank]];
            left -= children;
            sum -= weights[rank];
        }
        return widths;
    }
}
