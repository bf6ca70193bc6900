using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Inference;

/// <summary>The two models of a batch, kept loaded until disposed.</summary>
sealed class ModelLease(LoadedPolicy policy, LoadedReward? reward, Action release) : IDisposable
{
    Action? _release = release;

    public LoadedPolicy Policy { get; } = policy;

    /// <summary>Null for a search without rewards.</summary>
    public LoadedReward? Reward { get; } = reward;

    /// <summary>The same lease for a job of that preset: the authors' code asks every policy in its own way. Dispose the one or the other.</summary>
    public ModelLease For(Preset preset) => preset is Preset.Authors ? new(Policy with { Prompt = PromptPreset.Authors }, Reward, Dispose) : this;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
