namespace RebaseBatch.Core.Searching;

/// <summary>Whether a search may end before its budget because its answer stands.</summary>
static class EarlyStop
{
    // Weights are sums of at most 256 numbers up to 1, whose rounding errors stay under 1e-11.
    const double Slack = 1e-9;

    /// <summary>
    /// Whether nothing that can still finish changes the winner of the weighted vote: even if all <paramref name="remaining"/> candidates
    /// had weight 1 and the runner-up's answer, or one that nobody gave yet, the leader would stay ahead. With weights of 1 it says the
    /// same of the majority vote. A lead of just what remains is not enough, though ties go to the class that was there first: rounding
    /// could decide it. It says nothing of best-of-n, nor of votes by another aggregation, and presumes that later candidates never
    /// merge two classes.
    /// </summary>
    /// <param name="weights">The weight of each class of answers so far, each at least 0; candidates without an answer are in none.</param>
    /// <param name="remaining">How many candidates can still finish at most, each with a weight of at most 1.</param>
    public static bool VoteIsDecided(IEnumerable<double> weights, int remaining)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(remaining);
        if (remaining == 0) return true;
        var (leader, runnerUp) = (0.0, 0.0);
        foreach (var weight in weights)
        {
            // A weight that is not a number leaves everything open.
            if (!(weight >= 0)) return false;
            if (weight > leader) (leader, runnerUp) = (weight, leader);
            else if (weight > runnerUp) runnerUp = weight;
        }
        return leader - runnerUp > remaining + Slack;
    }
}
