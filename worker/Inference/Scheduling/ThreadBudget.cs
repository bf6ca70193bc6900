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
    int _free = threads, _working;

    public int Threads { get; } = threads;

    /// <summary>Where the threads run that hold one thread of the budget each.</summary>
    public CoreSpread Cores { get; } = new();

    /// <summary>Calls that wait for threads.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Says that an engine has work from now on. It is paired with <see cref="End"/>.</summary>
    public void Begin()
    {
        lock (_gate) _working++;
    }

    /// <summary>Says that an engine has nothing to do any more.</summary>
    public void End()
    {
        lock (_gate) _working--;
    }

    /// <summary>
    /// Blocks until <paramref name="wanted"/> threads are free, or all threads if it is more. A call gets more than it wants when fewer
    /// engines have work than there are threads: a search that is alone on the machine decodes on all cores.
    /// </summary>
    /// <param name="most">Threads that make the call faster.</param>
    /// <returns>The threads that the call may use. Give them back to <see cref="Leave"/>.</returns>
    public int Enter(int wanted, int most)
    {
        wanted = Math.Min(wanted, Threads);
        Waiter waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _free >= wanted)
            {
                var granted = Granted(wanted, most, _free);
                _free -= granted;
                return granted;
            }
            _waiting.Enqueue(waiter = new(wanted, new(false)));
        }
        waiter.Admitted.Wait();
        return wanted;
    }

    /// <summary>Gives a call of an engine that kept its threads the cores that have become idle, if nobody waits for them.</summary>
    /// <param name="held">What the engine holds.</param>
    /// <returns>The threads that the call may use. Give all of them back to <see cref="Leave"/>.</returns>
    public int Extend(int held, int most)
    {
        lock (_gate)
        {
            if (_waiting.Count > 0) return held;
            var granted = Granted(held, most, held + _free);
            _free -= granted - held;
            return granted;
        }
    }

    /// <param name="granted">What <see cref="Enter"/> or <see cref="Extend"/> returned.</param>
    public void Leave(int granted)
    {
        lock (_gate)
        {
            _free += granted;
            while (_waiting.TryPeek(out var next) && next.Wanted <= _free)
            {
                _free -= next.Wanted;
                _waiting.Dequeue().Admitted.Set();
            }
        }
    }

    int Granted(int wanted, int most, int free) =>
        Math.Clamp(Threads / Math.Max(1, _working), wanted, Math.Clamp(most, wanted, free));

    sealed record Waiter(int Wanted, ManualResetEventSlim Admitted);
}
