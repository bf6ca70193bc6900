using System.Collections.Concurrent;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Solving;

/// <summary>
/// The searches in flight. Those of models in this process share its engines, and so one set of slots. A policy on servers has slots of its
/// own, as many as its replicas serve at once: their number is no matter of this machine.
/// </summary>
/// <param name="maxBranches">Sequences that decode at once in this process.</param>
/// <param name="maxSearches">Most searches in flight in this process, and most of each policy on servers.</param>
sealed class PolicySlots(int maxBranches, int maxSearches)
{
    readonly SearchSlots _here = new(SearchSlots.PermitsFor(maxBranches), maxSearches);
    readonly ConcurrentDictionary<(string Policy, int Branches), SearchSlots> _served = [];

    /// <summary>The slots for searches with these models.</summary>
    public SearchSlots For(ModelLease models)
    {
        var (policy, reward) = (models.Policy, models.Reward);
        // A reward model of this process scores with its engines, whoever samples.
        return policy.Environment.Server is null || reward is { Environment.Server: null }
            ? _here
            : _served.GetOrAdd((policy.Identity.Name, policy.Branches),
                served => new(SearchSlots.PermitsFor(served.Branches), maxSearches));
    }
}
