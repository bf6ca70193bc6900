using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Loading;

/// <summary>Models that stay loaded between batches. A model in use is never unloaded.</summary>
sealed class ModelPool(ModelCatalog catalog, ModelLoader loader, InferenceOptions options) : IAsyncDisposable
{
    sealed class Entry
    {
        public required Task<ILoadedModel> Loading;
        public int Users;

        /// <summary>Stops the model's download; null when it has none, or has it behind it.</summary>
        public Action? StopFetching;

        /// <summary>Nobody waited for its download any more.</summary>
        public bool IsAbandoned;
        public long LastUsed;

        /// <summary>Out of the pool; unloaded by whoever leaves last.</summary>
        public bool IsRetired;

        // A load that failed is tried again, as the file may have been mended; an engine that stopped never works again.
        public bool IsSpent => IsAbandoned || Loading.IsFaulted || Loading.IsCanceled || Loading is { IsCompletedSuccessfully: true, Result.IsAlive: false };
    }

    readonly Lock _gate = new();
    readonly Dictionary<(ModelRole Role, ModelProfile Profile), Entry> _entries = [];
    long _clock;
    volatile string? _refusal;

    /// <summary>The models that are ready now, those in use and those kept for the next batch.</summary>
    public IReadOnlyList<ILoadedModel> Loaded
    {
        get
        {
            lock (_gate) return [.. _entries.Values.Where(entry => entry.Loading.IsCompletedSuccessfully && !entry.IsSpent).Select(entry => entry.Loading.Result)];
        }
    }

    /// <summary>Why the models that were last asked for could not be had, or which engine has stopped; null while nothing is wrong.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate)
            {
                return _refusal ?? _entries.Values.Where(entry => entry.Loading is { IsCompletedSuccessfully: true, Result.IsAlive: false })
                    .Select(entry => $"the engine of {entry.Loading.Result.Identity.Name} has stopped on a fault; the next batch loads it anew").FirstOrDefault();
            }
        }
    }

    /// <summary>Loads the job's policy and reward model, or shares those that are loaded, until the lease is disposed.</summary>
    public async Task<ModelLease> AcquireAsync(string policy, string? reward, CancellationToken ct)
    {
        try
        {
            var lease = await ShareAsync(policy, reward, ct);
            _refusal = null;
            return lease;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _refusal = e.Message;
            throw;
        }
    }

    async Task<ModelLease> ShareAsync(string policy, string? reward, CancellationToken ct)
    {
        var policyKey = (ModelRole.Policy, catalog.Resolve(policy, ModelRole.Policy));
        var policyEntry = Enter(policyKey, async profile => await loader.LoadPolicyAsync(profile, CancellationToken.None));
        Entry? rewardEntry = null;
        try
        {
            if (reward is not null) rewardEntry = Enter((ModelRole.Reward, catalog.Resolve(reward, ModelRole.Reward)), async profile => await loader.LoadRewardAsync(profile, CancellationToken.None));
            Task<ILoadedModel>[] loading = rewardEntry is null ? [policyEntry.Loading] : [policyEntry.Loading, rewardEntry.Loading];
            // In the order in which they end: one that can't be had is not told hours later, when the other has been fetched.
            await foreach (var ended in Task.WhenEach(loading).WithCancellation(ct)) await ended;
            return new((LoadedPolicy)await loading[0], loading.Length == 1 ? null : (LoadedReward)await loading[1], () => Leave(policyEntry, rewardEntry));
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

        foreach (var entry in entries)
        {
            entry.StopFetching?.Invoke();
            await UnloadAsync(entry);
        }
    }

    Entry Enter((ModelRole Role, ModelProfile Profile) key, Func<ModelProfile, Task<ILoadedModel>> load)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.IsSpent)
            {
                List<Entry> gone = [.. MakeRoom(options.MaxLoadedModels - 1)];
                if (entry is not null && _entries.Remove(key) && Retire(entry)) gone.Add(entry);
                _entries[key] = entry = Begin(key.Profile, gone, here => TracedAsync(key.Role, here, load));
            }

            entry.Users++;
            return entry;
        }
    }

    Entry Begin(ModelProfile profile, List<Entry> gone, Func<ModelProfile, Task<ILoadedModel>> load)
    {
        var fetching = new CancellationTokenSource();
        Entry? begun = null;
        begun = new() { Loading = LoadAfterAsync(gone, FetchAndLoadAsync), StopFetching = profile.IsHere ? null : fetching.Cancel };
        return begun;

        async Task<ILoadedModel> FetchAndLoadAsync()
        {
            var here = await loader.FetchAsync(profile, fetching.Token);
            // From here on it is minutes at most: whoever comes next will want it.
            lock (_gate)
            {
                begun!.StopFetching = null;
                if (begun.IsAbandoned) throw new OperationCanceledException(fetching.Token);
            }

            return await load(here);
        }
    }

    void Leave(params ReadOnlySpan<Entry?> entries)
    {
        List<Entry> surplus = [];
        Action? stop = null;
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                if (entry is null) continue;
                entry.Users--;
                entry.LastUsed = ++_clock;
                if (entry.IsRetired && entry.Users == 0) surplus.Add(entry);
                if (entry.Users > 0 || entry.StopFetching is null) continue;
                // A download may take hours, which a worker that is to stop has not; its part is kept.
                stop += entry.StopFetching;
                entry.IsAbandoned = true;
            }

            surplus.AddRange(MakeRoom(options.MaxLoadedModels));
        }

        // Outside of the gate, as whatever was waiting goes on from there.
        stop?.Invoke();
        foreach (var entry in surplus) _ = UnloadAsync(entry);
    }

    /// <summary>Takes idle models out, the longest unused first, until at most <paramref name="most"/> are left.</summary>
    IEnumerable<Entry> MakeRoom(int most)
    {
        foreach (var (key, entry) in _entries.Where(e => e.Value.Users == 0).OrderBy(e => e.Value.LastUsed).ToList())
        {
            if (_entries.Count <= most) yield break;
            _entries.Remove(key);
            entry.IsRetired = true;
            yield return entry;
        }
    }

    static bool Retire(Entry entry)
    {
        entry.IsRetired = true;
        return entry.Users == 0;
    }

    /// <summary>Frees memory before it takes more: on a GPU sized for one pair of models the other order fails.</summary>
    static async Task<ILoadedModel> LoadAfterAsync(List<Entry> gone, Func<Task<ILoadedModel>> load)
    {
        await Task.Yield();
        foreach (var entry in gone) await UnloadAsync(entry);
        return await load();
    }

    static async Task<ILoadedModel> TracedAsync(ModelRole role, ModelProfile profile, Func<ModelProfile, Task<ILoadedModel>> load)
    {
        using var span = Spans.Start("model.load")?.SetTag("model", profile.Name).SetTag("role", StoredNames.Of(role));
        try
        {
            return await load(profile);
        }
        catch (Exception e)
        {
            span?.Fail(e);
            throw;
        }
    }

    static async Task UnloadAsync(Entry entry)
    {
        await entry.Loading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        // Stopping an engine waits for the decode call it is in.
        if (entry.Loading.IsCompletedSuccessfully) await Task.Run((await entry.Loading).Dispose);
    }
}
