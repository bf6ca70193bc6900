namespace RebaseBatch.Inference.Scheduling.Scoring;

/// <summary>
/// The requests that wait for one of several readers, the oldest search first, and those that are being read. Thread-safe.
/// </summary>
/// <param name="saved">What the readers have saved.</param>
sealed class ScoringQueue(SavedPrefixes saved)
{
    /// <summary>A request waits for a reader that is about to encode more than this many tokens that it needs.</summary>
    const int WorthWaitingTokens = 8;

    // Monitor, because readers wait on it for what another one finishes.
    readonly object _gate = new();
    readonly WaitingQueue _waiting = new();
    readonly List<DecodeRequest> _reading = [];
    Exception? _closed;

    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Why it is closed; null while it is open.</summary>
    public Exception? Closed
    {
        get
        {
            lock (_gate) return _closed;
        }
    }

    /// <summary>Takes a request in, or fails it when the queue is closed.</summary>
    public void Add(DecodeRequest request)
    {
        lock (_gate)
        {
            if (_closed is null)
            {
                _waiting.Add(request);
                Monitor.Pulse(_gate);
                return;
            }
        }

        request.FailRemaining(_closed);
    }

    /// <summary>Blocks until there is a request that can be read now. Give it back to <see cref="Finish"/>.</summary>
    /// <returns>Null once the queue is closed.</returns>
    public DecodeRequest? Take()
    {
        lock (_gate)
        {
            while (_closed is null)
            {
                if (Next() is { } request) return request;
                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>The same without waiting.</summary>
    /// <returns>Null when there is none now.</returns>
    public DecodeRequest? TryTake()
    {
        lock (_gate) return _closed is null ? Next() : null;
    }

    /// <summary>
    /// Takes a request that can be read in one call with another one: of no prefix of it is more known than what the two share.
    /// </summary>
    /// <param name="first">The other one, which was taken.</param>
    /// <param name="mostUnread">Most tokens of it that the two do not share.</param>
    /// <returns>Null when there is none now.</returns>
    public DecodeRequest? TryTakeSibling(DecodeRequest first, int mostUnread)
    {
        lock (_gate)
        {
            for (var at = _closed is null ? _waiting.First : null; at is not null; at = at.Next)
            {
                var prefix = at.Value.Prefix.AsSpan();
                var common = Math.Min(prefix.CommonPrefixLength(first.Prefix), prefix.Length - 1);
                if (prefix.Length - common <= mostUnread && common >= saved.Shared(prefix) && !IsComing(at.Value)) return Take(at);
            }

            return null;
        }
    }

    /// <summary>Says that a request is read and saved, or has failed: others may now continue its prefix.</summary>
    public void Finish(DecodeRequest request)
    {
        lock (_gate)
        {
            _reading.Remove(request);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes nothing more in, fails what waits, and lets every reader go. The first reason counts.</summary>
    public void Close(Exception reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            _waiting.FailAll(reason);
            Monitor.PulseAll(_gate);
        }
    }

    DecodeRequest? Next()
    {
        _waiting.FailCancelled();
        for (var at = _waiting.First; at is not null; at = at.Next)
            if (!IsComing(at.Value)) return Take(at);
        return null;
    }

    DecodeRequest Take(LinkedListNode<DecodeRequest> at)
    {
        _waiting.Remove(at);
        _reading.Add(at.Value);
        return at.Value;
    }

    /// <summary>Whether a reader is encoding a prefix of the request that is not saved yet.</summary>
    bool IsComing(DecodeRequest request)
    {
        var coming = 0;
        foreach (var other in _reading) coming = Math.Max(coming, request.Prefix.AsSpan().CommonPrefixLength(other.Prefix));
        return coming > WorthWaitingTokens && coming - saved.Shared(request.Prefix) > WorthWaitingTokens;
    }
}
