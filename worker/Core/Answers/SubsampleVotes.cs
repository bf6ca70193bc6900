using RebaseBatch.Core.Searching;

namespace RebaseBatch.Core.Answers;

/// <summary>
/// How often a vote among n of a problem's N samples is right. The N samples are shuffled and cut into N / n disjoint groups, many times;
/// every group votes as a job of that width would. The average over many shuffles comes near the mean over all subsets of n (Hoeffding's
/// U-statistic); one cut alone would have the same expectation and a greater variance. The samples must be shuffled because nodes are
/// numbered by depth: the first n candidates are the n shortest solutions.
/// </summary>
/// <param name="samples">N. A sample without a vote in the problem gave no answer.</param>
sealed class SubsampleVotes(SampledProblem problem, int samples, RandomStream random)
{
    // This gives 256 groups of half the samples: an error below 0.03 for one problem, and below 0.003 for the mean of a hundred problems.
    const int Shuffles = 128;

    readonly int[] _groups = new int[samples];
    long _draws;

    /// <returns>The share of right votes, 0 to 1: of the majority vote and of the weighted vote.</returns>
    public (double Majority, double Weighted) RightShares(int size)
    {
        if (!problem.CanBeRight) return (0, 0);
        var groups = samples / size;
        // There is one way to put all samples into one group, and one way to have each alone.
        var rounds = size == 1 || size == samples ? 1 : Shuffles;
        var tally = new GroupTally(problem, groups);
        var (majority, weighted) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            // The remaining samples are in no group.
            for (var i = 0; i < samples; i++) _groups[i] = i / size < groups ? i / size : -1;
            if (rounds > 1) Shuffle();
            var (byMajority, byWeight) = tally.CountRight(_groups);
            majority += byMajority;
            weighted += byWeight;
        }
        return ((double)majority / (groups * rounds), (double)weighted / (groups * rounds));
    }

    void Shuffle()
    {
        for (var i = samples - 1; i > 0; i--)
        {
            var j = (int)(random.NextDouble(_draws++) * (i + 1));
            (_groups[i], _groups[j]) = (_groups[j], _groups[i]);
        }
    }

    /// <summary>The votes of all groups at once, sample by sample in order of their nodes, by the rules of <see cref="Voting"/>.</summary>
    sealed class GroupTally(SampledProblem problem, int groups)
    {
        readonly double[] _votes = new double[groups * problem.ClassCount];
        readonly double[] _weights = new double[groups * problem.ClassCount];
        readonly (int Class, double Most)[] _byMajority = new (int, double)[groups];
        readonly (int Class, double Most)[] _byWeight = new (int, double)[groups];

        public (int Majority, int Weighted) CountRight(int[] groupOf)
        {
            Array.Clear(_votes);
            Array.Clear(_weights);
            Array.Fill(_byMajority, (-1, 0));
            Array.Fill(_byWeight, (-1, 0));
            for (var i = 0; i < problem.Classes.Length; i++)
            {
                if (groupOf[i] < 0) continue;
                Vote(_votes, _byMajority, groupOf[i], problem.Classes[i], 1);
                Vote(_weights, _byWeight, groupOf[i], problem.Classes[i], problem.Weights[i]);
            }
            var (majority, weighted) = (0, 0);
            for (var group = 0; group < groups; group++)
            {
                var winner = _byMajority[group].Class;
                if (winner >= 0 && problem.IsRight(winner)) majority++;
                if (_byWeight[group].Class >= 0) winner = _byWeight[group].Class;
                if (winner >= 0 && problem.IsRight(winner)) weighted++;
            }
            return (majority, weighted);
        }

        void Vote(double[] sums, (int Class, double Most)[] leaders, int group, int @class, double weight)
        {
            var sum = sums[(group * problem.ClassCount) + @class] += weight;
            if (sum > leaders[group].Most) leaders[group] = (@class, sum);
        }
    }
}
