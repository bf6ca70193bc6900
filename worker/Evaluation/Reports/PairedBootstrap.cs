using RebaseBatch.Core.Searching;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>
/// 95 % percentile intervals over problems (B. Efron, Annals of Statistics 7, 1979). All figures use the same resampled problems, so a hard
/// sample is hard for all of them, and the same data always give the same digits.
/// </summary>
static class PairedBootstrap
{
    /// <summary>Enough for the second digit of a percentage at the ends of an interval.</summary>
    public const int Replicates = 2000;

    // Any fixed number: figures must be the same at every call, and must not use the random numbers of a search.
    const long Seed = 0x5265_706f_7274_7331;

    /// <param name="figures">Each has one value per problem, all over the same problems; null for a problem without a value. At least one
    /// is not null.</param>
    /// <param name="replicates">40 or more.</param>
    /// <returns>The mean of each figure's values and its interval. A resample that drew none of them counts as their mean.</returns>
    public static IReadOnlyList<Estimate> Means(IReadOnlyList<IReadOnlyList<double?>> figures, int replicates = Replicates)
    {
        if (figures.Count == 0) return [];
        double?[][] shares = [.. figures.Select(figure => figure.ToArray())];
        double[] averages = [.. shares.Select(figure => figure.OfType<double>().Average())];
        double[][] means = [.. figures.Select(_ => new double[replicates])];
        var (problems, random) = (shares[0].Length, RandomStream.ForSearch(Seed, -1));
        Parallel.For(0, replicates, () => new int[problems], (replicate, _, counts) =>
        {
            Array.Clear(counts);
            var first = (long)replicate * problems;
            for (var i = 0; i < problems; i++) counts[(int)(random.NextDouble(first + i) * problems)]++;
            for (var figure = 0; figure < shares.Length; figure++)
            {
                var (sum, drawn) = (0.0, 0);
                for (var i = 0; i < problems; i++)
                {
                    if (shares[figure][i] is not { } share) continue;
                    sum += counts[i] * share;
                    drawn += counts[i];
                }

                means[figure][replicate] = drawn > 0 ? sum / drawn : averages[figure];
            }

            return counts;
        }, _ => { });
        var tail = replicates / 40; // 2.5 % at either end
        return
        [
            .. means.Select((drawn, figure) =>
            {
                Array.Sort(drawn);
                return new Estimate(averages[figure], drawn[tail], drawn[replicates - 1 - tail]);
            }),
        ];
    }
}
