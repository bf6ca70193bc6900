using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;

namespace RebaseBatch.Tests.Core.Answers;

/// <summary>
/// One problem of a policy whose answers and scores are known: answer i, 0 being the gold one, comes with share pi and mean score rho.
/// </summary>
sealed record SyntheticPolicy(double[] Pi, double[] Rho)
{
    public bool MajorityEndsRight => IsMost(Pi);

    public bool WeightedEndsRight => IsMost([.. Pi.Zip(Rho, (pi, rho) => pi * rho)]);

    /// <summary>
    /// Shares from Dirichlet(1, 1/2, 1/2, ...), so that most problems have a leader and some hardly one; mean scores uniform.
    /// </summary>
    public static SyntheticPolicy Draw(Random random, int answers)
    {
        double[] sizes = [.. Enumerable.Range(0, answers).Select(answer => Square(random) + (answer == 0 ? Square(random) : 0))];
        return new([.. sizes.Select(size => size / sizes.Sum())], [.. sizes.Select(_ => 0.1 + (0.8 * random.NextDouble()))]);
    }

    public SampledProblem Sample(Random random, int samples) => SampledProblem.Of(Candidates(random, samples), "0", ScoreAggregation.Last);

    public IReadOnlyList<Candidate> Candidates(Random random, int samples) => [.. Enumerable.Range(1, samples).Select(node =>
    {
        var (answer, left) = (0, random.NextDouble() - Pi[0]);
        while (left > 0 && answer < Pi.Length - 1) left -= Pi[++answer];
        return new Candidate(node, "", answer.ToString(CultureInfo.InvariantCulture), [2 * Rho[answer] * random.NextDouble()]);
    })];

    static bool IsMost(double[] shares) => shares[0] > shares.Skip(1).Max();

    // Half the square of a normal variate is Gamma(1/2), and Gamma variates over their sum are Dirichlet.
    static double Square(Random random) => -Math.Log(1 - random.NextDouble()) * Math.Pow(Math.Cos(2 * Math.PI * random.NextDouble()), 2);
}
