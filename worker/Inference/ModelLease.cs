namespace RebaseBatch.Inference;

/// <summary>The two models of a batch, kept loaded until disposed.</summary>
sealed class ModelLease(LoadedPolicy policy, LoadedReward? reward, Action release) : IDisposable
{
    Action? _release = release;

    public LoadedPolicy Policy { get; } = policy;

    /// <summary>Null for a search without rewards.</summary>
    public LoadedReward? Reward { get; } = reward;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
