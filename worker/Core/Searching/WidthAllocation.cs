using RebaseBatch.Contracts;

namespace RebaseBatch.Core.Searching;

/// <summary>
/// Allocates a level's budget to its open nodes by softmax(score / T_b) (arXiv 2408.00724, section 3.2). Both rules serve nodes by
/// descending score, and among equal scores the later-born (higher index) first, and never allocate more than the budget. A score that is
/// not finite means "unscored": such a node gets nothing, except that all nodes weigh the same when all are unscored.
/// <para>
/// DORA multiplies each weight by the node's uniqueness γ (arXiv 2506.15707, equation 13). Then nodes are served by descending weight, and
/// "a higher weight never gets less" takes the place of "a higher score never gets less".
/// </para>
/// </summary>
static class WidthAllocation
{
    // Shares are sums of at most a few thousand doubles below 1, so rounding errors stay under 1e-12; a share can't be smaller than
    // 1 / nodes. 1e-9 lies safely between: a share that is a whole number (or a half) except for rounding is treated as one, on any
    // machine.
    const double Slack = 1e-9;

    /// <summary>Allocates by the rule <paramref name="allocation"/>.</summary>
    /// <inheritdoc cref="Ceil"/>
    public static int[] Deal(
        Allocation allocation, ReadOnlySpan<double> scores, int width, double temperature, ReadOnlySpan<double> uniqueness = default) =>
        allocation switch
        {
            Allocation.Ceil => Ceil(scores, width, temperature, uniqueness),
            Allocation.Round => Round(scores, width, temperature, uniqueness),
            _ => throw new ArgumentOutOfRangeException(nameof(allocation), allocation, "no such allocation rule"),
        };

    /// <summary>
    /// The authors' code (thu-wyz/inference_scaling, rebase.py) in exact form: each node in turn gets the ceiling of its share of the rest,
    /// W_j = ⌈W_left · e_j / S_left⌉. Allocates the whole width. Widths never rise along the serving order, because a ceiling can only
    /// lower W_left / S_left. So a node with a higher score never gets fewer children, and among equal scores the later-born never gets
    /// fewer.
    /// </summary>
    /// <param name="scores">One per node, in order of birth.</param>
    /// <param name="width">Children to allocate, 0 or more.</param>
    /// <param name="temperature">T_b, above 0.</param>
    /// <param name="uniqueness">DORA's γ, one per node, above 0 and at most 1; empty: 1 for all.</param>
    /// <returns>Children per node, in the order of <paramref name="scores"/>.</returns>
    public static int[] Ceil(ReadOnlySpan<double> scores, int width, double temperature, ReadOnlySpan<double> uniqueness = default)
    {
        var (order, weights) = Weigh(scores, width, temperature, uniqueness);
        var tails = TailSums(weights);
        var widths = new int[scores.Length];
        var left = width;
        for (var rank = 0; rank < order.Length && left > 0; rank++)
        {
            // The tail sum of the last weight above 0 is that weight itself, so this node takes the whole rest and no 0/0 can follow.
            var share = left * (weights[rank] / tails[rank]);
            var children = Math.Min(left, (int)Math.Ceiling(share - Slack));
            widths[order[rank]] = children;
            left -= children;
        }
        return widths;
    }

    /// <summary>
    /// The paper's formula, W_j = Round(B · softmax(R / T_b)_j), halves up. Rounded shares may add up to more or less than B. No share
    /// exceeds the rest of the budget, and a part of the budget may stay unspent. But if all shares round to zero, the best node gets one
    /// child: otherwise the search would end with its budget unspent. A higher score never gets less.
    /// </summary>
    /// <inheritdoc cref="Ceil"/>
    public static int[] Round(ReadOnlySpan<double> scores, int width, double temperature, ReadOnlySpan<double> uniqueness = default)
    {
        var (order, weights) = Weigh(scores, width, temperature, uniqueness);
        var widths = new int[scores.Length];
        if (order.Length == 0 || width == 0) return widths;

        var total = TailSums(weights)[0];
        var left = width;
        for (var rank = 0; rank < order.Length && left > 0; rank++)
        {
            var share = width * (weights[rank] / total);
            var children = Math.Min(left, (int)Math.Floor(share + 0.5 + Slack));
            widths[order[rank]] = children;
            left -= children;
        }
        if (left == width) widths[order[0]] = 1;
        return widths;
    }

    /// <summary>
    /// The nodes that take part, in serving order, and their weights γ e^((score - max) / T): at most 1, so nothing overflows.
    /// </summary>
    static (int[] Order, double[] Weights) Weigh(
        ReadOnlySpan<double> scores, int width, double temperature, ReadOnlySpan<double> uniqueness)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        if (!(temperature > 0)) throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "a balance temperature is above 0");

        var all = scores.ToArray();
        var order = Enumerable.Range(0, all.Length).Where(i => double.IsFinite(all[i])).ToArray();
        if (order.Length == 0)
        {
            order = [.. Enumerable.Range(0, all.Length)];
            Array.Clear(all);
        }
        var best = order.Length == 0 ? 0 : order.Max(i => all[i]);
        // Scores that differ may have one weight, 0, at a low temperature: the better one comes first all the same.
        var weights = Array.ConvertAll(all, score => Math.Exp((score - best) / temperature));
        for (var i = 0; i < uniqueness.Length; i++) weights[i] *= uniqueness[i];
        var weighs = uniqueness.IsEmpty ? all : weights;
        Array.Sort(order, (a, b) =>
            weighs[b].CompareTo(weighs[a]) is not 0 and var byWeight ? byWeight
            : all[b].CompareTo(all[a]) is not 0 and var byScore ? byScore
            : b.CompareTo(a));
        return (order, Array.ConvertAll(order, i => weights[i]));
    }

    /// <summary>
    /// Element r is the sum of the weights from r on, added up from the smallest: subtracting from a total would leave rounding errors
    /// there.
    /// </summary>
    static double[] TailSums(double[] weights)
    {
        var tails = (double[])weights.Clone();
        for (var i = tails.Length - 2; i >= 0; i--) tails[i] += tails[i + 1];
        return tails;
    }
}
