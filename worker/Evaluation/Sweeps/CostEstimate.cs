using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Estimates what jobs will cost from what similar jobs cost. Pure.</summary>
static class CostEstimate
{
    /// <param name="parameters">The policy's number of weights, if its file is here. They give an upper bound when no similar job
    /// ever ran.</param>
    /// <returns>Null if there is nothing to estimate from.</returns>
    public static JobCost? Of(JobSpec job, int problems, IReadOnlyList<PastJob> past, long? parameters)
    {
        var models =
            past.Where(other => other.Policy == job.Policy && (other.Reward == job.Reward || job.Strategy is SearchStrategy.Greedy))
                .ToList();
        var strategy = models.Where(other => other.IsAlike(job)).ToList();
        var same = strategy.Where(other => other.Width == job.Width).ToList();
        if (same.Count > 0) return Sum(job, problems, same, EstimateBasis.SameWidth);
        if (strategy.Count > 0)
        {
            var nearest = strategy.MinBy(other => Math.Abs(Math.Log((double)other.Width / job.Width)))!.Width;
            return Sum(job, problems, [.. strategy.Where(other => other.Width == nearest)], EstimateBasis.OtherWidth);
        }

        if (models.Count > 0) return Sum(job, problems, models, EstimateBasis.OtherStrategy);
        if (parameters is not { } weights) return null;
        var tokens = (double)job.Width * job.MaxSolutionTokens;
        return new(Flops.Of(weights, Math.Min(tokens, job.MaxTokensPerProblem ?? tokens)) * problems, null, null, EstimateBasis.Limits);
    }

    /// <summary>
    /// Solutions of one policy have about the same length under any strategy, so the cost grows with problems times width.
    /// </summary>
    static JobCost Sum(JobSpec job, int problems, List<PastJob> like, EstimateBasis basis)
    {
        var timed = like.Where(other => other.Seconds is not null).ToList();
        return new(
            Scale(like) * like.Sum(other => other.PolicyFlops), Scale(like) * like.Sum(other => other.TotalFlops),
            timed.Count == 0 ? null : Scale(timed) * timed.Sum(other => other.Seconds), basis);

        double Scale(List<PastJob> others) => (double)problems * job.Width / others.Sum(other => (double)other.Problems * other.Width);
    }
}
