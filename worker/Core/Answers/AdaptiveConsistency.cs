namespace RebaseBatch.Core.Answers;

/// <summary>
/// The stopping rule of adaptive consistency (Aggarwal et al., arXiv 2305.11860): sampling ends when the leading answer is the majority's
/// with a stated probability. With v1 and v2 votes for the two leading answers and a uniform prior, that probability is
/// 1 - I_0.5(v1 + 1, v2 + 1), with I the regularised incomplete beta function. The rule may change the answer; <see cref="DecidedVote"/>
/// has the rule that can't.
/// </summary>
static class AdaptiveConsistency
{
    /// <summary>Whether the leading answer's probability is at least <paramref name="confidence"/>.</summary>
    /// <param name="votes">The number of votes of each answer, at least 0.</param>
    /// <param name="confidence">Above 0.5 and below 1.</param>
    public static bool IsReached(IEnumerable<int> votes, double confidence)
    {
        var (leader, runnerUp) = (0, 0);
        foreach (var count in votes)
        {
            if (count > leader) (leader, runnerUp) = (count, leader);
            else if (count > runnerUp) runnerUp = count;
        }
        return leader > 0 && Probability(leader, runnerUp) >= confidence;
    }

    /// <summary>1 - I_0.5(v1 + 1, v2 + 1): the probability that fewer than v1 + 1 of v1 + v2 + 1 fair coins show heads.</summary>
    /// <param name="leader">v1, 0 to 256.</param>
    /// <param name="runnerUp">v2, 0 to <paramref name="leader"/>.</param>
    public static double Probability(int leader, int runnerUp)
    {
        var coins = leader + runnerUp + 1;
        // C(n, k) / 2^n from k = 0 on. 2^-513 is far above the least double.
        var (term, sum) = (Math.Pow(2, -coins), 0.0);
        for (var heads = 0; heads <= leader; heads++)
        {
            sum += term;
            term *= (coins - heads) / (double)(heads + 1);
        }
        return sum;
    }
}
