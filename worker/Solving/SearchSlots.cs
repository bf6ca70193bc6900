namespace RebaseBatch.Solving;

/// <summary>
/// Lets so many searches in that the engine's batch stays full, and no more: each further tree in flight only adds cached
/// prefixes that every other branch's attention has to scan. A search takes as many permits as it is wide; first come,
/// first served; one search always fits.
/// </summary>
sealed class SearchSlots(int permits, int maxSearches)
{
    /// <summary>Twice as many branches as decode at once: enough to fill the places of trees that wait for their scores.</summary>
    public static int PermitsFor(int maxBranches) => 2 * maxBranches;

    readonly Lock _gate = new();
    readonly LinkedList<(int Permits, TaskCompletionSource Entered)> _waiting = new();
    int _used, _searches;

    /// <summary>Waits for room for a search of that width; disposing the result gives it back.</summary>
    public async Task<IDisposable> EnterAsync(int width, CancellationToken ct)
    {
        var wanted = Math.Min(width, permits);
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<(int, TaskCompletionSource Entered)> place;
        lock (_gate)
        {
            place = _waiting.AddLast((wanted, entered));
            LetIn();
        }

        await using var _ = ct.Register(() =>
        {
            lock (_gate)
            {
                if (!entered.TrySetCanceled(ct)) return;
                _waiting.Remove(place);
                LetIn();
            }
        });
        await entered.Task;
        return new Slot(this, wanted);
    }

    void LetIn()
    {
        while (_waiting.First is { } first && _searches < maxSearches && (_searches == 0 || _used + first.Value.Permits <= permits))
        {
            _waiting.RemoveFirst();
            if (!first.Value.Entered.TrySetResult()) continue;
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
            LetIn();
        }
    }

    sealed class Slot(SearchSlots slots, int used) : IDisposable
    {
        SearchSlots? _slots = slots;

        public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Leave(used);
    }
}
