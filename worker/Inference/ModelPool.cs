using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Inference;

/// <summary>Models that stay loaded between batches. A model in use is never unloaded.</summary>
sealed class ModelPool(ModelCatalog catalog, ModelLoader loader, InferenceOptions options) : IAsyncDisposable
{
    sealed class Entry(Task<IDisposable> loading)
    {
        public readonly Task<IDisposable> Loading = loading;
        public int Users;
        public long LastUsed;
    }

    readonly Lock _gate = new();
    readonly Dictionary<(string Role, ModelProfile Profile), Entry> _entries = [];
    long _clock;

    /// <summary>Loads the job's policy and reward model, or shares those that are loaded, until the lease is disposed.</summary>
    public async Task<ModelLease> AcquireAsync(string policy, string? reward, CancellationToken ct)
    {
        var policyKey = ("policy", catalog.Resolve(policy));
        var policyEntry = Enter(policyKey, async profile => await loader.LoadPolicyAsync(profile, CancellationToken.None));
        Entry? rewardEntry = null;
        try
        {
            if (reward is not null) rewardEntry = Enter(("reward", catalog.Resolve(reward)), async profile => await loader.LoadRewardAsync(profile, CancellationToken.None));
            var loadedPolicy = (LoadedPolicy)await policyEntry.Loading.WaitAsync(ct);
            var loadedReward = rewardEntry is null ? null : (LoadedReward)await rewardEntry.Loading.WaitAsync(ct);
            return new(loadedPolicy, loadedReward, () => Leave(policyEntry, rewardEntry));
        }
        catch
        {
            Leave(policyEntry, rewardEntry);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Entry[] entries;
        lock (_gate)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        foreach (var entry in entries) await UnloadAsync(entry);
    }

    Entry Enter((string Role, ModelProfile Profile) key, Func<ModelProfile, Task<IDisposable>> load)
    {
        lock (_gate)
        {
            // A load that failed is tried again: the file may have been mended meanwhile.
            if (!_entries.TryGetValue(key, out var entry) || entry.Loading.IsFaulted || entry.Loading.IsCanceled)
                _entries[key] = entry = new(Task.Run(() => load(key.Profile)));
            entry.Users++;
            return entry;
        }
    }

    void Leave(params ReadOnlySpan<Entry?> entries)
    {
        List<Entry> surplus = [];
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                if (entry is null) continue;
                entry.Users--;
                entry.LastUsed = ++_clock;
            }

            foreach (var (key, entry) in _entries.Where(e => e.Value.Users == 0).OrderBy(e => e.Value.LastUsed).ToList())
            {
                if (_entries.Count <= options.MaxLoadedModels) break;
                _entries.Remove(key);
                surplus.Add(entry);
            }
        }

        foreach (var entry in surplus) _ = UnloadAsync(entry);
    }

    static async Task UnloadAsync(Entry entry)
    {
        await entry.Loading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        // Stopping an engine waits for the decode call it is in.
        if (entry.Loading.IsCompletedSuccessfully) await Task.Run((await entry.Loading).Dispose);
    }
}
