using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Solving;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>Whole searches as a worker runs them, without its database: strategy, engines, sampling, scores.</summary>
static class SearchRun
{
    /// <param name="finished">Called with a question's number and each new step of it, from any thread; null when nobody looks.</param>
    public static async Task<TokenWork> RunAsync(
        Workload work, ModelLease models, int maxBranches, Action<int, SearchNode>? finished = null)
    {
        var slots = new SearchSlots(SearchSlots.PermitsFor(maxBranches), work.InFlight);
        var (policy, reward) = (models.Policy.Sampler, models.Reward!.Scorer);
        var (policyBefore, rewardBefore) = (policy.Statistics, reward.Statistics);
        long sampled = 0;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cost = await Cost.OfAsync(() => Task.WhenAll(work.Questions.Select(async (question, i) =>
        {
            using var slot = await slots.EnterAsync(work.Spec.Width, default);
            var runner = new SearchRunner(work.Spec, models, TimeProvider.System, node =>
            {
                Interlocked.Add(ref sampled, node.Cost.Sampled);
                finished?.Invoke(i, node);
            });
            await runner.RunAsync(new(i, i, new($"{i}", $"{i}", question, null), [], 0), default);
        })));
        return new(sampled, policy.Statistics - policyBefore, reward.Statistics - rewardBefore, cost,
            GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
