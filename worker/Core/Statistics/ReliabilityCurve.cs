namespace RebaseBatch.Core.Statistics;

/// <summary>
/// Whether scores are probabilities: of all cases with a score near 0.8, are eight in ten right? Cases are put into ten ranges of equal
/// width by their scores (A. Niculescu-Mizil, R. Caruana, ICML 2005). It keeps a few sums a range, however many cases there are.
/// </summary>
sealed class ReliabilityCurve
{
    public const int Ranges = 10;

    readonly ClusteredShare[] _shares = [.. Enumerable.Range(0, Ranges).Select(_ => new ClusteredShare())];
    readonly double[] _scores = new double[Ranges];

    public long Cases => (long)_shares.Sum(share => share.Whole);

    /// <summary>The ranges that have cases, the lowest scores first.</summary>
    public IReadOnlyList<ReliabilityBin> Bins =>
    [
        .. Enumerable.Range(0, Ranges).Where(i => _shares[i].Whole > 0).Select(i => new ReliabilityBin((double)i / Ranges,
            (double)(i + 1) / Ranges, (long)_shares[i].Whole, _shares[i].Clusters, _scores[i] / _shares[i].Whole,
            _shares[i].Estimate!.Value)),
    ];

    /// <summary>
    /// The mean distance between score and share right, each range with the weight of its cases (expected calibration error, C. Guo et al.,
    /// ICML 2017); 0 to 1, null without cases.
    /// </summary>
    public double? Error => Cases == 0 ? null : Bins.Sum(bin => bin.Cases * Math.Abs(bin.Score - bin.Right.Value)) / Cases;

    /// <param name="cases">All cases of one cluster. They may be of any number.</param>
    public void AddCluster(IReadOnlyCollection<RatedCase> cases)
    {
        foreach (var range in cases.GroupBy(one => Math.Clamp((int)(one.Score * Ranges), 0, Ranges - 1)))
        {
            _scores[range.Key] += range.Sum(one => one.Score);
            _shares[range.Key].Add(range.Sum(one => one.Right), range.Count());
        }
    }
}
