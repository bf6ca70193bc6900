using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Loading;

/// <summary>The models of a batch, kept loaded until disposed.</summary>
sealed class ModelLease(LoadedPolicy policy, LoadedReward? reward, Action release) : IDisposable
{
    Action? _release = release;

    public LoadedPolicy Policy { get; } = policy;

    /// <summary>Null for a search without rewards.</summary>
    public LoadedReward? Reward { get; } = reward;

    /// <summary>Null for a search without embeddings.</summary>
    public LoadedEmbedding? Embedding { get; init; }

    /// <summary>What the models run on.</summary>
    public required RunEnvironment Environment { get; init; }

    /// <summary>
    /// The same lease for a job of that preset: the authors' code has one prompt for every policy. Dispose only one of the two leases.
    /// </summary>
    public ModelLease For(Preset preset) => preset is Preset.Authors
        ? new(Policy with { Prompt = PromptPreset.Authors }, Reward, Dispose)
        {
            Embedding = Embedding,
            Environment = Environment with { Policy = Environment.Policy with { Prompt = PromptPreset.Authors.Identity } },
        }
        : this;

    /// <summary>Assigns a search's next wave to the engines of both models.</summary>
    public void Assign(long search, IReadOnlyList<Siblings> wave)
    {
        Policy.Sampler.Assign(search, wave);
        Reward?.Scorer.Assign(search, wave);
    }

    /// <summary>Keeps only the prefixes of these nodes of a search in both caches; with no node the search is over.</summary>
    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        Policy.Sampler.Retain(search, nodes);
        Reward?.Scorer.Retain(search, nodes);
    }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
