using RebaseBatch.Core.Searching;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// How the accuracy of majority and weighted voting grows with the number of independent samples, and where it ends: with ever more of
/// them at the share of problems whose gold answer has the greatest share of the policy's solutions, or of their scores (arXiv
/// 2408.00724, section 3). Intervals are 95 % percentiles of a bootstrap over problems: how the figures would vary with other problems of
/// the kind.
/// <para>
/// The limit is the vote among all samples, moved on by as much as the mean replicate of <see cref="LimitVotes"/> stays behind it (the
/// bootstrap's correction for bias, B. Efron, Annals of Statistics 7, 1979), in every replicate of the interval as well. Left uncorrected the replicates
/// lag: one varies about the samples as these do about the policy, so that it leads as rightly as half of the samples. Over problems
/// whose leads are spread evenly around a tie the gap to the limit shrinks as one over the samples, which twice the whole minus the half cancels.
/// </para>
/// <para>
/// What remains: where nearly all problems have two classes that are almost even, the limit still falls short, since no number of
/// samples tells which of them leads unless it grows as the inverse square of the distance. A gold answer that no sample gave is
/// one that never wins. For few problems, or where all come out alike, percentile intervals are too narrow, down to a point.
/// </para>
/// </summary>
static class Saturation
{
    /// <summary>Enough for the second digit of a percentage at the ends of an interval.</summary>
    public const int Replicates = 2000;

    // Any number: figures must be the same at every call, and none of the draws of a search.
    const long Seed = 0x5361_7475_7261_7465;

    /// <summary>Rows for 1, 2, 4, ... samples, for all of them, and for the limit.</summary>
    /// <param name="problems">At least one.</param>
    /// <param name="samples">N, of every problem; 1 or more.</param>
    /// <param name="scored">Whether the samples have scores for a weighted vote.</param>
    /// <param name="replicates">Of the bootstrap; 40 or more.</param>
    /// <returns>The same figures for the same arguments.</returns>
    public static IReadOnlyList<SaturationRow> Of(IReadOnlyList<SampledProblem> problems, int samples, bool scored, int replicates = Replicates)
    {
        int[] sizes = [.. Enumerable.Range(0, 31).Select(power => 1 << power).TakeWhile(size => size < samples), samples];
        var majority = sizes.Select(_ => new double[problems.Count]).ToArray();
        var weighted = sizes.Select(_ => new double[problems.Count]).ToArray();
        var limits = (Majority: new bool[problems.Count][], Weighted: new bool[problems.Count][]);
        Parallel.For(0, problems.Count, p =>
        {
            var random = RandomStream.ForSearch(Seed, p);
            var votes = new SubsampleVotes(problems[p], samples, random.Child(0));
            for (var row = 0; row < sizes.Length; row++) (majority[row][p], weighted[row][p]) = votes.RightShares(sizes[row]);
            LimitVotes.Draw(problems[p], random.Child(1), limits.Majority[p] = new bool[replicates], limits.Weighted[p] = new bool[replicates]);
        });

        var resample = RandomStream.ForSearch(Seed, -1);
        var rows = sizes.Select((size, row) => new SaturationRow(size, Of(majority[row]), scored ? Of(weighted[row]) : null));
        return [.. rows, new(null, OfLimit(majority[^1], limits.Majority), scored ? OfLimit(weighted[^1], limits.Weighted) : null)];

        Estimate Of(double[] shares) => Bootstrap(shares.Average(), shares.Length, replicates, resample, (problem, _) => shares[problem]);

        Estimate OfLimit(double[] whole, bool[][] drawn) => Bootstrap(
            2 * whole.Average() - drawn.Average(draws => (double)draws.Count(right => right) / replicates), whole.Length, replicates, resample,
            (problem, replicate) => 2 * whole[problem] - (drawn[problem][replicate] ? 1 : 0));
    }

    /// <param name="share">By problem and replicate. All rows see the same resampled problems, so that neighbours can be compared.</param>
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
