namespace RebaseBatch.Solving;

/// <summary>
/// Admits as many searches as keep the engine's batch full, and no more: each further tree in flight only adds cached prefixes that the
/// attention of every other sequence has to scan. A search takes as many permits as its width. Searches are admitted in the order in which
/// they came. One search always fits.
/// </summary>
sealed class SearchSlots(int permits, int maxSearches)
{
    /// <summary>Twice as many permits as sequences that decode at once: enough to replace the trees that wait for their scores.</summary>
    public static int PermitsFor(int maxBranches) => 2 * maxBranches;

    readonly Lock _gate = new();
    readonly LinkedList<(int Permits, TaskCompletionSource Admitted)> _waiting = new();
    int _used, _searches;

    /// <summary>Waits for room for a search of that width. Disposing the result gives the room back.</summary>
    public async Task<IDisposable> EnterAsync(int width, CancellationToken ct)
    {
        var wanted = Math.Min(width, permits);
        TaskCompletionSource admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<(int, TaskCompletionSource Admitted)> place;
        lock (_gate)
        {
            place = _waiting.AddLast((wanted, admitted));
            Admit();
        }

        await using var _ = ct.Register(() =>
        {
            lock (_gate)
            {
                if (!admitted.TrySetCanceled(ct)) return;
                _waiting.Remove(place);
                Admit();
            }
        });
        await admitted.Task;
        return new Slot(this, wanted);
    }

    void Admit()
    {
        while (_waiting.First is { } first && _searches < maxSearches && (_searches == 0 || _used + first.Value.Permits <= permits))
        {
            _waiting.RemoveFirst();
            if (!first.Value.Admitted.TrySetResult()) continue;
            _used += first.Value.Permits;
            _searches++;
        }
    }

    void Leave(int used)
    {
        lock (_gate)
        {
            _used -= used;
            _searches--;
            Admit();
        }
    }

    sealed class Slot(SearchSlots slots, int used) : IDisposable
    {
        SearchSlots? _slots = slots;

        public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Leave(used);
    }
}
