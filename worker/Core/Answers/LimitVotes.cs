using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// Whether the vote of a problem becomes right with more and more samples: whether the gold answer's class has the greatest share of the
/// policy's solutions, or of their scores for the weighted vote (arXiv 2408.00724, section 3). Only the samples are known, not the shares.
/// The Bayesian bootstrap (D. B. Rubin, Annals of Statistics 9, 1981) draws shares that fit the samples: every replicate gives each sample
/// a weight from Dirichlet(1, ..., 1), here as exponential variates, because their sum does not change who leads. A class without a sample
/// never has any weight. There is no tie unless all scores are 0; then the majority decides as in <see cref="Voting"/>.
/// </summary>
static class LimitVotes
{
    /// <param name="majority">Filled with whether each replicate's majority is right.</param>
    /// <param name="weighted">The same for the weighted vote; as long as <paramref name="majority"/>.</param>
    public static void Draw(SampledProblem problem, RandomStream random, bool[] majority, bool[] weighted)
    {
        if (!problem.CanBeRight || !problem.CanBeWrong)
        {
            Array.Fill(majority, problem.CanBeRight);
            Array.Fill(weighted, problem.CanBeRight);
            return;
        }
        var (votes, weights) = (new double[problem.ClassCount], new double[problem.ClassCount]);
        long draws = 0;
        for (var replicate = 0; replicate < majority.Length; replicate++)
        {
            Array.Clear(votes);
            Array.Clear(weights);
            for (var i = 0; i < problem.Classes.Length; i++)
            {
                var share = -Math.Log(1 - random.NextDouble(draws++));
                votes[problem.Classes[i]] += share;
                weights[problem.Classes[i]] += share * problem.Weights[i];
            }
            var most = IndexOfMost(votes);
            majority[replicate] = problem.IsRight(most);
            var heaviest = IndexOfMost(weights);
            weighted[replicate] = problem.IsRight(weights[heaviest] > 0 ? heaviest : most);
        }
    }

    static int IndexOfMost(double[] sums)
    {
        var best = 0;
        for (var i = 1; i < sums.Length; i++)
            if (sums[i] > sums[best]) best = i;
        return best;
    }
}
