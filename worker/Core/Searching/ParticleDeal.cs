namespace RebaseBatch.Core.Searching;

/// <summary>
/// Deals a level's places to its particles by lot, in proportion to (R / (1 - R))^(1 / τ) (arXiv 2502.01618, section 3; arXiv 2510.05825).
/// A score that is not finite means "unscored": such a particle gets no place, except that all weigh the same when all are unscored.
/// </summary>
static class ParticleDeal
{
    // The authors' bound: the odds of a score of 1 are 1e7 and not infinite.
    const double Least = 1e-7;

    /// <summary>
    /// Systematic resampling: one draw for the whole level, c_i = #{k : (u + k) / B in [C_{i-1}, C_i)}. Each particle gets its share of the
    /// places rounded down or up, and the shares' sum is exactly B.
    /// </summary>
    /// <param name="scores">One per particle, in order of birth.</param>
    /// <param name="places">B, 0 or more.</param>
    /// <param name="temperature">τ, 1 or more; 1 is plain particle filtering.</param>
    /// <param name="draw">u, uniform in [0, 1).</param>
    /// <returns>Places per particle, in the order of <paramref name="scores"/>.</returns>
    public static int[] Systematic(ReadOnlySpan<double> scores, int places, double temperature, double draw)
    {
        var weights = Weights(scores, temperature);
        var total = 0.0;
        foreach (var weight in weights) total += weight;
        var dealt = new int[weights.Length];
        var (cumulated, given) = (0.0, 0);
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            cumulated += weights[i];
            // The last sum is the total to the bit, so its share is 1 and no place is lost.
            for (; given < places && (draw + given) / places < cumulated / total; given++) dealt[i]++;
        }
        return dealt;
    }

    /// <summary>
    /// τ of entropic particle filtering: above 1 while, in the first half of the depths, the weights lie on less than half of the
    /// particles: max(1, (N / ESS) · (1 - t / T)), ESS = 1 / Σ p².
    /// </summary>
    /// <param name="scores">One per particle.</param>
    /// <param name="depth">t: the depth of the particles, from 1.</param>
    /// <param name="maxDepth">T: the most steps of a solution.</param>
    public static double Temperature(ReadOnlySpan<double> scores, int depth, int maxDepth)
    {
        var weights = Weights(scores, temperature: 1);
        var (sum, squares) = (0.0, 0.0);
        foreach (var weight in weights) (sum, squares) = (sum + weight, squares + weight * weight);
        if (squares == 0) return 1;
        var effective = sum * sum / squares;
        var progress = depth / (double)maxDepth;
        return effective < scores.Length / 2.0 && progress < 0.5 ? Math.Max(1, scores.Length / effective * (1 - progress)) : 1;
    }

    /// <summary>The odds to the power 1 / τ, divided by the best particle's: 1 for the best, so nothing overflows.</summary>
    static double[] Weights(ReadOnlySpan<double> scores, double temperature)
    {
        if (!(temperature >= 1)) throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "a temperature is 1 or more");
        var logOdds = new double[scores.Length];
        var best = double.NegativeInfinity;
        for (var i = 0; i < logOdds.Length; i++)
        {
            var score = Math.Clamp(scores[i], Least, 1 - Least);
            logOdds[i] = double.IsFinite(scores[i]) ? Math.Log(score / (1 - score)) / temperature : double.NegativeInfinity;
            best = Math.Max(best, logOdds[i]);
        }
        return Array.ConvertAll(logOdds, odds => double.IsNegativeInfinity(best) ? 1 : Math.Exp(odds - best));
    }
}
