namespace RebaseBatch.Core.Searching;

/// <summary>Whether a search may end before its budget because its answer is decided.</summary>
static class EarlyStop
{
    // Weights are sums of at most 256 numbers up to 1. Their rounding errors stay under 1e-11.
    const double Slack = 1e-9;

    /// <summary>
    /// Whether no candidate that can still finish can change the winner of the weighted vote. The leader must stay ahead even if all
    /// <paramref name="remaining"/> candidates have weight 1 and the same answer: that of the second class, or a new one. With weights of 1
    /// this is the rule for the majority vote. A lead equal to the remaining candidates is not enough: a tie goes to the earlier class, but
    /// rounding could decide it. The rule does not cover best-of-n, nor votes by another aggregation. It assumes that later candidates
    /// never merge two classes.
    /// </summary>
    /// <param name="weights">
    /// The weight of each class of answers so far, each at least 0; candidates without an answer belong to no class.
    /// </param>
    /// <param name="remaining">How many candidates can still finish at most, each with a weight of at most 1.</param>
    public static bool VoteIsDecided(IEnumerable<double> weights, int remaining)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(remaining);
        if (remaining == 0) return true;
        var (leader, runnerUp) = (0.0, 0.0);
        foreach (var weight in weights)
        {
            // With a weight that is not a number nothing is decided.
            if (!(weight >= 0)) return false;
            if (weight > leader) (leader, runnerUp) = (weight, leader);
            else if (weight > runnerUp) runnerUp = weight;
        }
        return leader - runnerUp > remaining + Slack;
    }
}
