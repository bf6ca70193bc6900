namespace RebaseBatch.Solving;

/// <summary>
/// Whether this worker could hold another batch and found none in the queue. It takes jobs from messages only then. Thread-safe.
/// </summary>
sealed class FreeCapacity
{
    readonly Lock _gate = new();
    TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The main loop calls this after each query of the queue.</summary>
    public void Set(bool isFree)
    {
        lock (_gate)
        {
            if (isFree) _open.TrySetResult();
            else if (_open.Task.IsCompleted) _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public Task WaitAsync(CancellationToken ct)
    {
        lock (_gate) return _open.Task.WaitAsync(ct);
    }
}
