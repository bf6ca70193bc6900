using RebaseBatch.Inference.Catalog;

namespace RebaseBatch.Inference.Loading;

/// <summary>A model of the pool: its slot, and the download, load and unload that move the slot on.</summary>
/// <param name="load">Loads the model once its files are on this machine.</param>
/// <param name="gate">The pool's lock, under which the slot changes.</param>
sealed class PooledModel(
    ModelProfile profile, ModelLoader loader, Func<ModelProfile, CancellationToken, Task<ILoadedModel>> load, Lock gate)
{
    IReadOnlyList<FileStamp> _loadedFrom = [];

    public ModelSlot Slot { get; } = new(fetches: !profile.IsHere);

    /// <summary>
    /// Whether a batch may share it. A file that somebody replaced must be loaded again: the batch may need the weights that are there now.
    /// </summary>
    public bool CanServe => Slot.CanServe && !_loadedFrom.Any(stamp => stamp.HasChanged());

    /// <summary>Completes when the model is ready, or fails with the reason why it is not.</summary>
    public Task<ILoadedModel> Loading { get; private set; } = null!;

    /// <summary>Stops the download, or the requests that load a model on a server; does nothing when the model is loaded.</summary>
    public Action StopFetching { get; private set; } = static () => { };

    /// <summary>Starts to fetch and load, after the models that make room for it are unloaded.</summary>
    public void Begin(IReadOnlyList<PooledModel> gone)
    {
        var fetching = new CancellationTokenSource();
        StopFetching = fetching.Cancel;
        Loading = LoadAsync(gone, fetching.Token);
    }

    /// <summary>Gives the model's memory back once its loading has ended.</summary>
    public async Task UnloadAsync()
    {
        await ((Task)Loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Stopping an engine waits for the decode call it is in.
        if (Loading.IsCompletedSuccessfully) await Task.Run((await Loading).Dispose);
    }

    async Task<ILoadedModel> LoadAsync(IReadOnlyList<PooledModel> gone, CancellationToken fetching)
    {
        await Task.Yield();
        try
        {
            // Frees memory before it takes more: on a GPU sized for one pair of models the other order fails.
            foreach (var model in gone) await model.UnloadAsync();
            var here = await loader.FetchAsync(profile, fetching);
            lock (gate)
                if (!Slot.Fetched()) throw new OperationCanceledException(fetching);
            IReadOnlyList<FileStamp> files = [.. here.Files().Select(FileStamp.Of)];
            // A file is loaded to its end. A server that never answers must not hold up a worker that stops.
            var loaded = await load(here, here.Remote is null ? CancellationToken.None : fetching);
            lock (gate)
            {
                _loadedFrom = files;
                Slot.Loaded(loaded);
            }

            return loaded;
        }
        catch
        {
            lock (gate) Slot.Fail();
            throw;
        }
    }
}
