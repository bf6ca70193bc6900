namespace RebaseBatch.Core.Statistics;

/// <summary>
/// A share whose cases come in clusters: the solutions of one problem are more alike than those of two. Its 95 % interval is Wilson's for
/// the number of independent cases that would have the same variance (E. L. Korn, B. I. Graubard, Survey Methodology 24, 1998). The
/// variance is that of a ratio of two sums over clusters (W. G. Cochran, Sampling Techniques, 1977, section 6.3). It keeps six numbers,
/// however many cases there are.
/// </summary>
sealed class ClusteredShare
{
    double _part, _whole, _partSquares, _wholeSquares, _products;

    public int Clusters { get; private set; }

    /// <summary>Number of cases, or their weight.</summary>
    public double Whole => _whole;

    /// <summary>0 to 1; not a number without cases.</summary>
    public double Value => _part / _whole;

    /// <summary>With its interval; null without cases.</summary>
    public Estimate? Estimate
    {
        get
        {
            if (!(_whole > 0)) return null;
            var independent = IndependentCases();
            var interval = WilsonInterval.Of(Value * independent, independent);
            return new(Value, interval.Low, interval.High);
        }
    }

    /// <param name="part">0 to <paramref name="whole"/>.</param>
    /// <param name="whole">The cluster's cases, or their weight. A cluster of 0 is not counted.</param>
    public void Add(double part, double whole)
    {
        if (!(whole > 0)) return;
        Clusters++;
        _part += part;
        _whole += whole;
        _partSquares += part * part;
        _wholeSquares += whole * whole;
        _products += part * whole;
    }

    /// <returns>Between 1 and the number of clusters or cases, whichever is greater. With all clusters alike, as with all right, their
    /// variance says nothing, and each counts as one case.</returns>
    double IndependentCases()
    {
        if (Clusters == 1) return 1;
        var share = Value;
        var residuals = Math.Max(0, _partSquares - (2 * share * _products) + (share * share * _wholeSquares));
        var variance = residuals / (_whole * _whole) * Clusters / (Clusters - 1);
        var independent = variance > 1e-12 ? share * (1 - share) / variance : Clusters;
        return Math.Clamp(independent, 1, Math.Max(Clusters, _whole));
    }
}
