using RebaseBatch.Core.Searching;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// How the accuracy of majority and weighted voting grows with the number of independent samples, and its limit. The limit is the share of
/// problems whose gold answer has the greatest share of the policy's solutions, or of their scores (arXiv 2408.00724, section 3). Intervals
/// are 95 % ones over problems: how the figures would vary with other problems of the same kind. Those of votes are
/// <see cref="ShareInterval"/>'s; disjoint groups of samples count as seeds. That of the limit has percentiles of a bootstrap over
/// problems.
/// <para>
/// The limit is the accuracy of the vote among all samples plus a correction: the difference between that accuracy and the mean replicate
/// of <see cref="LimitVotes"/> (the bootstrap's correction for bias, B. Efron, Annals of Statistics 7, 1979). Every replicate of the
/// interval is corrected the same way. Uncorrected replicates are too low: a replicate varies around the samples as the samples vary around
/// the policy, so it is right as often as a vote among half of the samples. If the problems' leads are spread evenly around a tie, the
/// distance to the limit is inversely proportional to the number of samples. Twice the accuracy of all samples minus the accuracy of half
/// of them cancels that distance.
/// </para>
/// <para>
/// Known limits: where nearly all problems have two classes that are almost even, the result is still too low, because the number of
/// samples needed to find the leading class grows as the inverse square of the distance between the two. A gold answer that no sample gave
/// counts as one that never wins. For few problems, or where all problems have the same result, the limit's interval is too narrow, down
/// to a point.
/// </para>
/// </summary>
static class Saturation
{
    /// <summary>Enough replicates for the second digit of a percentage at the ends of an interval.</summary>
    public const int Replicates = 2000;

    // Any fixed number is fine: the figures must be the same at every call, and independent of the draws of a search.
    const long Seed = 0x5361_7475_7261_7465;

    /// <summary>Rows for 1, 2, 4, ... samples, for all of them, and for the limit.</summary>
    /// <param name="problems">At least one.</param>
    /// <param name="samples">N, of every problem; 1 or more.</param>
    /// <param name="scored">Whether the samples have scores for a weighted vote.</param>
    /// <param name="replicates">Number of replicates of the bootstrap; 40 or more.</param>
    /// <returns>The same figures for the same arguments.</returns>
    public static IReadOnlyList<SaturationRow> Of(IReadOnlyList<SampledProblem> problems, int samples, bool scored,
        int replicates = Replicates)
    {
        int[] sizes = [.. Enumerable.Range(0, 31).Select(power => 1 << power).TakeWhile(size => size < samples), samples];
        var majority = sizes.Select(_ => new double[problems.Count]).ToArray();
        var weighted = sizes.Select(_ => new double[problems.Count]).ToArray();
        var anyRight = sizes.Select(_ => new double[problems.Count]).ToArray();
        var limits = (Majority: new bool[problems.Count][], Weighted: new bool[problems.Count][]);
        Parallel.For(0, problems.Count, p =>
        {
            var random = RandomStream.ForSearch(Seed, p);
            var votes = new SubsampleVotes(problems[p], samples, random.Child(0));
            for (var row = 0; row < sizes.Length; row++) (majority[row][p], weighted[row][p]) = votes.RightShares(sizes[row]);
            for (var row = 0; row < sizes.Length; row++)
                anyRight[row][p] = PassAtK.Of(samples, problems[p].RightCount, sizes[row]);
            LimitVotes.Draw(problems[p], random.Child(1), limits.Majority[p] = new bool[replicates],
                limits.Weighted[p] = new bool[replicates]);
        });

        var resample = RandomStream.ForSearch(Seed, -1);
        var rows = sizes.Select((size, row) => new SaturationRow(size, Of(majority[row], size), scored ? Of(weighted[row], size) : null)
        {
            AnyRight = Of(anyRight[row], size),
        });
        return [.. rows, new(null, OfLimit(majority[^1], limits.Majority), scored ? OfLimit(weighted[^1], limits.Weighted) : null)];

        // Disjoint groups of samples are seeds of a problem.
        Estimate Of(double[] shares, int size) => ShareInterval.Of(shares.Select(share => (double?)share), samples / size);

        Estimate OfLimit(double[] whole, bool[][] drawn) => Bootstrap(
            2 * whole.Average() - drawn.Average(draws => (double)draws.Count(right => right) / replicates), whole.Length,
            replicates, resample,
            (problem, replicate) => 2 * whole[problem] - (drawn[problem][replicate] ? 1 : 0));
    }

    /// <param name="share">By problem and replicate. Both limits use the same resampled problems.</param>
    static Estimate Bootstrap(double value, int problems, int replicates, RandomStream random, Func<int, int, double> share)
    {
        var means = new double[replicates];
        Parallel.For(0, replicates, replicate =>
        {
            var (sum, first) = (0.0, (long)replicate * problems);
            for (var i = 0; i < problems; i++) sum += share((int)(random.NextDouble(first + i) * problems), replicate);
            means[replicate] = sum / problems;
        });
        Array.Sort(means);
        var tail = replicates / 40; // 2.5 % at either end
        return new(Share(value), Share(means[tail]), Share(means[replicates - 1 - tail]));

        // The correction may overshoot.
        static double Share(double share) => Math.Clamp(share, 0, 1);
    }
}
