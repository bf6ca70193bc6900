using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How a search spends its budget.</summary>
[JsonConverter(typeof(StoredNameConverter<SearchStrategy>))]
public enum SearchStrategy
{
    /// <summary>Reward balanced search (arXiv 2408.00724, section 3).</summary>
    [JsonStringEnumMemberName("rebase")]
    Rebase,

    /// <summary>One chain at temperature 0, unscored.</summary>
    [JsonStringEnumMemberName("greedy")]
    Greedy,

    /// <summary>Independent chains, scored when the job names a reward model: best-of-n and the plain votes.</summary>
    [JsonStringEnumMemberName("sampling")]
    Sampling,

    /// <summary>Step-level beam search against the reward model (arXiv 2408.03314, section 5.2).</summary>
    [JsonStringEnumMemberName("beam")]
    Beam,

    /// <summary>Diverse verifier tree search: a beam search in each of several subtrees that never mix.</summary>
    [JsonStringEnumMemberName("dvts")]
    Dvts,

    /// <summary>Monte Carlo tree search as the REBASE paper's baseline (arXiv 2408.00724, appendix C).</summary>
    [JsonStringEnumMemberName("mcts")]
    Mcts,

    /// <summary>REBASE in which steps that say the same share what one of them would get (arXiv 2506.15707).</summary>
    [JsonStringEnumMemberName("dora")]
    Dora,

    /// <summary>Particle filtering: chains that are resampled by lot after each step (arXiv 2502.01618).</summary>
    [JsonStringEnumMemberName("particles")]
    Particles,

    /// <summary>Budget-guided Monte Carlo tree search: wide while the budget is fresh, deep when it runs out (arXiv 2602.09574).</summary>
    [JsonStringEnumMemberName("bg_mcts")]
    BgMcts,
}
