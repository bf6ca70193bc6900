namespace RebaseBatch.Inference.Scheduling;

/// <summary>
/// What waits for a place: preempted sequences, which come first, and requests in order of age (<see cref="DecodeRequest.Search"/>).
/// </summary>
sealed class WaitingQueue
{
    readonly LinkedList<DecodeRequest> _requests = new();

    /// <summary>The sequence of the oldest search is last.</summary>
    readonly List<DecodeSequence> _preempted = [];

    public int Count => _requests.Count + _preempted.Count;

    /// <summary>The preempted sequence that comes back next; null when there is none.</summary>
    public DecodeSequence? NextPreempted => _preempted.Count > 0 ? _preempted[^1] : null;

    /// <summary>The oldest request with sequences that have not begun.</summary>
    public LinkedListNode<DecodeRequest>? First => _requests.First;

    public void Add(DecodeRequest request)
    {
        var after = _requests.Last;
        while (after is not null && after.Value.Search > request.Search) after = after.Previous;
        if (after is null) _requests.AddFirst(request);
        else _requests.AddAfter(after, request);
    }

    public void Add(DecodeSequence preempted)
    {
        var before = _preempted.FindLastIndex(other => other.Request.Search >= preempted.Request.Search);
        _preempted.Insert(before + 1, preempted);
    }

    public void Remove(LinkedListNode<DecodeRequest> request) => _requests.Remove(request);

    public void Remove(DecodeRequest request) => _requests.Remove(request);

    public void RemoveNextPreempted() => _preempted.RemoveAt(_preempted.Count - 1);

    public void FailCancelled()
    {
        for (var i = _preempted.Count - 1; i >= 0; i--)
        {
            var cancellation = _preempted[i].Request.Cancellation;
            if (!cancellation.IsCancellationRequested) continue;
            _preempted[i].Fail(new OperationCanceledException(cancellation));
            _preempted.RemoveAt(i);
        }

        for (var at = _requests.First; at is not null;)
        {
            var (request, next) = (at.Value, at.Next);
            if (request.Cancellation.IsCancellationRequested)
            {
                request.FailRemaining(new OperationCanceledException(request.Cancellation));
                _requests.Remove(at);
            }

            at = next;
        }
    }

    public void FailAll(Exception reason)
    {
        foreach (var sequence in _preempted) sequence.Fail(reason);
        foreach (var request in _requests) request.FailRemaining(reason);
        _preempted.Clear();
        _requests.Clear();
    }
}
