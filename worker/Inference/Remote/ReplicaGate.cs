namespace RebaseBatch.Inference.Remote;

/// <summary>
/// Lets a limited number of requests in at once. The others wait without a thread, and those of the oldest search go first. Thread-safe.
/// </summary>
sealed class ReplicaGate(int places)
{
    readonly Lock _gate = new();
    readonly PriorityQueue<TaskCompletionSource<bool>, (long Search, long Order)> _waiting = new();
    int _inside, _outside;
    long _order;

    /// <summary>Requests inside and waiting.</summary>
    public int Load
    {
        get
        {
            lock (_gate) return _inside + _outside;
        }
    }

    /// <summary>Whether a further request would wait.</summary>
    public bool IsFull => Load >= places;

    /// <summary>Returns when the request may go. Each true must be followed by one <see cref="Leave"/>.</summary>
    /// <param name="search">Its number, smaller for an older one.</param>
    /// <returns>False when the request was turned away.</returns>
    public async ValueTask<bool> EnterAsync(long search, CancellationToken ct)
    {
        TaskCompletionSource<bool> turn;
        lock (_gate)
        {
            ct.ThrowIfCancellationRequested();
            if (_inside < places)
            {
                _inside++;
                return true;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn, (search, _order++));
            _outside++;
        }

        using var cancelled = ct.UnsafeRegister(_ => Cancel(turn, ct), null);
        return await turn.Task;
    }

    /// <summary>A request has ended.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            // Cancelled requests are still in the queue.
            while (_waiting.TryDequeue(out var next, out _))
            {
                if (!next.TrySetResult(true)) continue;
                _outside--;
                return;
            }

            _inside--;
        }
    }

    /// <summary>Nobody who waits will get in.</summary>
    public void TurnAway()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var next, out _))
            {
                if (next.TrySetResult(false)) _outside--;
            }
        }
    }

    void Cancel(TaskCompletionSource<bool> turn, CancellationToken ct)
    {
        lock (_gate)
        {
            if (turn.TrySetCanceled(ct)) _outside--;
        }
    }
}
