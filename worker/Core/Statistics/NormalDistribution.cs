namespace RebaseBatch.Core.Statistics;

/// <summary>The standard normal distribution.</summary>
static class NormalDistribution
{
    /// <summary>
    /// The chance of a value below <paramref name="z"/>, wrong by at most a 10^-7th part (W. H. Press and others, Numerical Recipes, 2nd
    /// edition, 1992, section 6.2).
    /// </summary>
    public static double Below(double z)
    {
        var t = 1 / (1 + Math.Abs(z) / Math.Sqrt(8));
        var tail = t / 2 * Math.Exp(-z * z / 2 - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
            + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
        return z < 0 ? tail : 1 - tail;
    }

    /// <summary>The value that is exceeded with this chance.</summary>
    /// <param name="chance">Above 0, below 1.</param>
    public static double Exceeded(double chance)
    {
        var (low, high) = (-40.0, 40.0);
        for (var step = 0; step < 50; step++)
        {
            var middle = (low + high) / 2;
            if (Below(-middle) > chance) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }
}
