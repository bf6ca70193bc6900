using System.Runtime.CompilerServices;

namespace RebaseBatch.Inference.Loading;

/// <summary>
/// One model's way through the pool: the states, and every transition between them. A transition that its state does not allow throws.
/// Not thread-safe: the pool calls it under its lock.
/// </summary>
/// <param name="fetches">Whether files of the model must be fetched first.</param>
sealed class ModelSlot(bool fetches)
{
    ModelSlotState _state = fetches ? ModelSlotState.Fetching : ModelSlotState.Loading;
    int _users;

    public ModelSlotState State => _state is ModelSlotState.Ready && !Model!.IsAlive ? ModelSlotState.Faulted : _state;

    /// <summary>Whether a batch may share it. Otherwise the next batch needs another slot.</summary>
    public bool CanServe => State is ModelSlotState.Fetching or ModelSlotState.Loading or ModelSlotState.Ready;

    /// <summary>No batch uses it or waits for it.</summary>
    public bool IsIdle => _users == 0;

    /// <summary>The model, once it is loaded.</summary>
    public ILoadedModel? Model { get; private set; }

    /// <summary>The pool's count when a batch last left it.</summary>
    public long LastUsed { get; private set; }

    /// <summary>A batch begins to use it, or to wait for it.</summary>
    public void Enter()
    {
        // This does not require CanServe: an engine may stop at any moment, and then its batches notice it.
        Require(_state is ModelSlotState.Fetching or ModelSlotState.Loading or ModelSlotState.Ready);
        _users++;
    }

    /// <summary>
    /// A batch no longer needs it. <see cref="State"/> says what the pool does then: in <see cref="ModelSlotState.Abandoned"/> it stops the
    /// download, in <see cref="ModelSlotState.Unloading"/> it unloads.
    /// </summary>
    public void Leave(long now)
    {
        Require(_users > 0);
        (_users, LastUsed) = (_users - 1, now);
        if (_users > 0) return;
        if (_state is ModelSlotState.Fetching) _state = ModelSlotState.Abandoned;
        if (_state is ModelSlotState.Retired) _state = ModelSlotState.Unloading;
    }

    /// <summary>Its files are on this machine.</summary>
    /// <returns>False when nobody wants it any more: then it must not be loaded.</returns>
    public bool Fetched()
    {
        if (_state is ModelSlotState.Fetching) _state = ModelSlotState.Loading;
        return _state is ModelSlotState.Loading;
    }

    /// <summary>It is loaded. If it has left the pool meanwhile, it is unloaded anyway.</summary>
    public void Loaded(ILoadedModel model)
    {
        Require(Model is null && _state is (ModelSlotState.Loading or ModelSlotState.Unloading));
        Model = model;
        if (_state is ModelSlotState.Loading) _state = ModelSlotState.Ready;
    }

    /// <summary>It could not be fetched or loaded.</summary>
    public void Fail()
    {
        Require(Model is null);
        if (_state is ModelSlotState.Fetching or ModelSlotState.Loading) _state = ModelSlotState.Failed;
    }

    /// <summary>It leaves the pool: at once when it is idle, otherwise with its last batch.</summary>
    public void Retire()
    {
        Require(_state is not (ModelSlotState.Retired or ModelSlotState.Unloading));
        _state = IsIdle ? ModelSlotState.Unloading : ModelSlotState.Retired;
    }

    void Require(bool allowed, [CallerMemberName] string transition = "")
    {
        if (!allowed) throw new InvalidOperationException($"a model that is {State} with {_users} batches allows no {transition}");
    }
}
