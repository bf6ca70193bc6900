namespace RebaseBatch.Solving;

/// <summary>Whether this worker has a free place and found no batch for it: only then it is to look for jobs elsewhere. Thread-safe.</summary>
sealed class FreeCapacity
{
    readonly Lock _gate = new();
    TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Said by the main loop after each look into the queue.</summary>
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
