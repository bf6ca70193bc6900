namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// The decode threads of this process, lent for one decode call at a time. All engines of all models share one budget: an engine with work
/// takes the cores that are free, and there are never more decoding threads than cores (two threads on one busy core collapse). First come,
/// first served.
/// </summary>
sealed class ThreadBudget(int threads)
{
    readonly Lock _gate = new();
    readonly Queue<Waiter> _waiting = new();
    int _free = threads;

    public int Threads { get; } = threads;

    /// <summary>Calls that wait for threads.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>
    /// Blocks until <paramref name="wanted"/> threads are free, or all threads if it is more. Every call is paired with
    /// <see cref="Leave"/>.
    /// </summary>
    public void Enter(int wanted)
    {
        wanted = Math.Min(wanted, Threads);
        Waiter waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _free >= wanted)
            {
                _free -= wanted;
                return;
            }
            _waiting.Enqueue(waiter = new(wanted, new(false)));
        }
        waiter.Admitted.Wait();
    }

    public void Leave(int wanted)
    {
        lock (_gate)
        {
            _free += Math.Min(wanted, Threads);
            while (_waiting.TryPeek(out var next) && next.Wanted <= _free)
            {
                _free -= next.Wanted;
                _waiting.Dequeue().Admitted.Set();
            }
        }
    }

    sealed record Waiter(int Wanted, ManualResetEventSlim Admitted);
}
