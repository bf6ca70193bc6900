namespace RebaseBatch.Inference.Remote;

/// <summary>The replicas of a model, and which searches stay with which of them. Thread-safe.</summary>
sealed class ReplicaSet(IReadOnlyList<Replica> replicas) : IDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<long, int> _homes = [];
    readonly int[] _searches = new int[replicas.Count];

    // Of equal replicas, workers that start together must not all take the first.
    readonly int _first = Random.Shared.Next(replicas.Count);

    public int Count => replicas.Count;

    public Replica this[int index] => replicas[index];

    /// <summary>Why all replicas are away; null while one is not.</summary>
    public string? AllAway()
    {
        string? reason = null;
        foreach (var replica in replicas)
        {
            if (!replica.Circuit.IsOpen) return null;
            reason = replica.Circuit.Reason ?? reason;
        }

        return reason ?? "each failed its last requests";
    }

    /// <summary>Index of the replica for the request's next attempt; null when all are away.</summary>
    public int? Choose(RequestAttempts attempts)
    {
        lock (_gate)
        {
            int? home = _homes.TryGetValue(attempts.Search, out var found) ? found : null;
            var chosen = Choose(home, attempts);
            // A second attempt elsewhere is no move: the search's prefixes are in its own replica's cache.
            if (chosen is not null && (home is null || attempts.FailuresOf(home.Value) == 0)) Settle(attempts.Search, chosen);
            return chosen;
        }
    }

    /// <summary>The search is over.</summary>
    public void Leave(long search)
    {
        lock (_gate) Settle(search, null);
    }

    /// <summary>A replica has gone away: its searches go to others, and stay there when it is back.</summary>
    public void Abandon(int replica)
    {
        lock (_gate)
        {
            foreach (var (search, home) in _homes.ToList())
            {
                if (home == replica) Settle(search, Choose(null, null));
            }
        }
    }

    /// <summary>
    /// Takes out a replica that refused a request. Not the last one: when all refuse, the configuration is wrong, and each request says so.
    /// </summary>
    /// <returns>Whether another replica may serve the request.</returns>
    public bool TakeOut(int replica, string reason)
    {
        lock (_gate)
        {
            if (replicas.Where((_, i) => i != replica).All(other => other.Circuit.IsRefused)) return false;
            replicas[replica].Circuit.Refuse(reason);
            return true;
        }
    }

    /// <summary>Whether a replica that is not away failed the request less often than the given one.</summary>
    public bool HasBetter(RequestAttempts attempts, int than)
    {
        for (var i = 0; i < replicas.Count; i++)
        {
            if (attempts.FailuresOf(i) < attempts.FailuresOf(than) && !replicas[i].Circuit.IsOpen) return true;
        }

        return false;
    }

    public void Dispose()
    {
        foreach (var replica in replicas) replica.Dispose();
    }

    int? Choose(int? home, RequestAttempts? attempts)
    {
        var states = new ReplicaState[replicas.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var replica = replicas[i];
            states[i] = new(replica.Circuit.IsOpen, replica.IsFull, replica.Load + _searches[i], attempts?.FailuresOf(i) ?? 0);
        }

        return ReplicaChoice.Of(states, home, _first);
    }

    /// <param name="home">Null: with none.</param>
    void Settle(long search, int? home)
    {
        if (_homes.TryGetValue(search, out var left))
        {
            if (left == home) return;
            _homes.Remove(search);
            _searches[left]--;
        }

        if (home is not { } found) return;
        _homes[search] = found;
        _searches[found]++;
    }
}
