namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The 95 % score interval of a share (E. B. Wilson, JASA 22, 1927): correct near 0 and 1 too, where the usual interval is not.
/// </summary>
readonly record struct WilsonInterval(double Low, double High)
{
    const double Z = 1.959964;

    /// <param name="count">How many of <paramref name="total"/>; not always whole numbers. With a total of 0 the interval is the whole
    /// range.</param>
    public static WilsonInterval Of(double count, double total)
    {
        if (total == 0) return new(0, 1);
        var (share, n) = (count / total, total);
        var scale = 1 + Z * Z / n;
        var centre = (share + Z * Z / (2 * n)) / scale;
        var half = Z * Math.Sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / scale;
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
