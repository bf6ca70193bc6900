using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Inference.Loading;

/// <summary>
/// Models that stay loaded between batches. A model in use is never unloaded. One on a server takes no place, because it needs next to no
/// memory here. <see cref="ModelSlot"/> has the states of each model.
/// </summary>
sealed class ModelPool(ModelCatalog catalog, ModelLoader loader, InferenceOptions options) : IAsyncDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<(ModelRole Role, ModelProfile Profile), PooledModel> _models = [];
    long _clock;
    volatile string? _refusal;

    /// <summary>The models that are ready now, those in use and those kept for the next batch.</summary>
    public IReadOnlyList<ILoadedModel> Loaded
    {
        get
        {
            lock (_gate) return [.. In(ModelSlotState.Ready)];
        }
    }

    /// <summary>The devices that decode for the models that are ready, with their descriptions; empty while all are on servers.</summary>
    public IReadOnlyList<string> Devices => Loaded.All(IsServed) ? [] : loader.DecodingDevices();

    /// <summary>
    /// Why the models that were last requested could not be loaded, or which engine has stopped; null while nothing is wrong.
    /// </summary>
    public string? Fault
    {
        get
        {
            lock (_gate)
            {
                return _refusal ?? In(ModelSlotState.Faulted)
                    .Select(model => $"the engine of {model.Identity.Name} has stopped on a fault; the next batch loads it again")
                    .FirstOrDefault();
            }
        }
    }

    /// <summary>As the other one, for a job without an embedding model.</summary>
    /// <inheritdoc cref="AcquireAsync(string, string?, string?, CancellationToken)"/>
    public Task<ModelLease> AcquireAsync(string policy, string? reward, CancellationToken ct) => AcquireAsync(policy, reward, null, ct);

    /// <summary>Loads the job's models, or shares those that are loaded, until the lease is disposed.</summary>
    /// <exception cref="MachineFaultException">
    /// This machine can't load one of them: it does not know it, can't read or fetch its file, or lacks a device or memory.
    /// </exception>
    public async Task<ModelLease> AcquireAsync(string policy, string? reward, string? embedding, CancellationToken ct)
    {
        try
        {
            var lease = await ShareAsync(policy, reward, embedding, ct);
            _refusal = null;
            return lease;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _refusal = e.Message;
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        PooledModel[] models;
        lock (_gate)
        {
            models = [.. _models.Values];
            _models.Clear();
        }

        foreach (var model in models)
        {
            model.StopFetching();
            await model.UnloadAsync();
        }
    }

    static bool IsServed(ILoadedModel model) =>
        model is LoadedPolicy { Environment.Server: not null } or LoadedReward { Environment.Server: not null };

    IEnumerable<ILoadedModel> In(ModelSlotState state) =>
        _models.Values.Where(model => model.Slot.State == state).Select(model => model.Slot.Model!);

    async Task<ModelLease> ShareAsync(string policy, string? reward, string? embedding, CancellationToken ct)
    {
        var entered = new List<PooledModel>();
        try
        {
            List<Task<ILoadedModel>> loading = [];
            var policyModel = Begin(ModelRole.Policy, policy, async (here, stop) => await loader.LoadPolicyAsync(here, stop));
            var rewardModel = reward is null
                ? null : Begin(ModelRole.Reward, reward, async (here, stop) => await loader.LoadRewardAsync(here, stop));
            var embeddingModel = embedding is null
                ? null : Begin(ModelRole.Embedding, embedding, async (here, stop) => await loader.LoadEmbeddingAsync(here, stop));
            // It awaits them in the order in which they end: the failure of one must not wait for hours until the other is fetched.
            await foreach (var ended in Task.WhenEach(loading).WithCancellation(ct)) await ended;
            var loadedPolicy = (LoadedPolicy)await policyModel.Loading;
            var loadedReward = rewardModel is null ? null : (LoadedReward)await rewardModel.Loading;
            var loadedEmbedding = embeddingModel is null ? null : (LoadedEmbedding)await embeddingModel.Loading;
            return new(loadedPolicy, loadedReward, () => Leave(entered))
            {
                Embedding = loadedEmbedding, Environment = loader.EnvironmentOf(loadedPolicy, loadedReward, loadedEmbedding),
            };

            PooledModel Begin(ModelRole role, string reference, Func<ModelProfile, CancellationToken, Task<ILoadedModel>> load)
            {
                var model = Enter(role, reference, load);
                entered.Add(model);
                loading.Add(LoadedAsync(role, reference, model));
                return model;
            }
        }
        catch
        {
            Leave(entered);
            throw;
        }
    }

    static async Task<ILoadedModel> LoadedAsync(ModelRole role, string reference, PooledModel model)
    {
        try
        {
            return await model.Loading;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Lack(role, reference, e);
        }
    }

    ModelProfile Resolve(ModelRole role, string reference)
    {
        try
        {
            return catalog.Resolve(reference, role);
        }
        catch (Exception e) when (e is UserException or MachineFaultException)
        {
            throw Lack(role, reference, e);
        }
    }

    // Another worker may have the model, the device or the memory, so the batch is not to blame.
    static MachineFaultException Lack(ModelRole role, string reference, Exception fault) =>
        fault is MachineFaultException { Model: null } ofJob
            ? ofJob
            // Of an embedding model only its own jobs know: a few, so that each is left to others by itself.
            : new(role is ModelRole.Embedding ? null : reference, fault.Message, fault) { IsReward = role is ModelRole.Reward };

    PooledModel Enter(ModelRole role, string reference, Func<ModelProfile, CancellationToken, Task<ILoadedModel>> load)
    {
        var key = (role, Resolve(role, reference));
        lock (_gate)
        {
            if (!_models.TryGetValue(key, out var model) || !model.CanServe)
            {
                List<PooledModel> gone = key.Item2.Remote is null ? [.. RetireIdle(options.MaxLoadedModels - 1)] : [];
                if (model is not null && _models.Remove(key))
                {
                    model.Slot.Retire();
                    if (model.Slot.State is ModelSlotState.Unloading) gone.Add(model);
                }

                _models[key] = model = new(key.Item2, loader, (here, stop) => TracedAsync(role, here, load, stop), _gate);
                model.Begin(gone);
            }

            model.Slot.Enter();
            return model;
        }
    }

    void Leave(IReadOnlyList<PooledModel> models)
    {
        List<PooledModel> abandoned = [], surplus = [];
        lock (_gate)
        {
            foreach (var model in models)
            {
                model.Slot.Leave(++_clock);
                if (model.Slot.State is ModelSlotState.Abandoned) abandoned.Add(model);
                if (model.Slot.State is ModelSlotState.Unloading) surplus.Add(model);
            }

            surplus.AddRange(RetireIdle(options.MaxLoadedModels));
        }

        // Outside the lock, because the code that waits for the download or the unload continues inside these calls. A download is stopped,
        // because it may take hours and a worker that stops can't wait that long. The part that was fetched is kept.
        foreach (var model in abandoned) model.StopFetching();
        foreach (var model in surplus) _ = model.UnloadAsync();
    }

    /// <summary>Takes idle models of files out, the longest unused first, until at most <paramref name="most"/> are left.</summary>
    IEnumerable<PooledModel> RetireIdle(int most)
    {
        var here = _models.Where(m => m.Key.Profile.Remote is null).ToList();
        var left = here.Count;
        foreach (var (key, model) in here.Where(m => m.Value.Slot.IsIdle).OrderBy(m => m.Value.Slot.LastUsed))
        {
            if (left-- <= most) yield break;
            _models.Remove(key);
            model.Slot.Retire();
            yield return model;
        }
    }

    static async Task<ILoadedModel> TracedAsync(
        ModelRole role, ModelProfile profile, Func<ModelProfile, CancellationToken, Task<ILoadedModel>> load, CancellationToken stop)
    {
        using var span = Spans.Start("model.load")?.SetTag("model", profile.Name).SetTag("role", StoredNames.Of(role));
        try
        {
            return await load(profile, stop);
        }
        catch (Exception e)
        {
            span?.Fail(e);
            throw;
        }
    }
}
