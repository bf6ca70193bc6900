namespace RebaseBatch.Inference.Remote;

/// <summary>Which replica gets a request. Pure.</summary>
static class ReplicaChoice
{
    /// <summary>
    /// The search's own replica, whose cache has the search's prefixes, unless that is away, failed this request more often than others, or
    /// is full while another has half its load. Otherwise the one with the least load.
    /// </summary>
    /// <param name="home">Index of the search's own replica; null when it has none.</param>
    /// <param name="first">Which of several equal ones is taken: the first from this index on, cyclically.</param>
    /// <returns>An index; null when all are away.</returns>
    public static int? Of(ReadOnlySpan<ReplicaState> replicas, int? home, int first)
    {
        int? best = null;
        for (var i = 0; i < replicas.Length; i++)
        {
            var at = (first + i) % replicas.Length;
            if (!replicas[at].IsAway && (best is not { } found || IsBetter(replicas[at], replicas[found]))) best = at;
        }

        if (best is null || home is null || replicas[home.Value].IsAway) return best;
        var (own, other) = (replicas[home.Value], replicas[best.Value]);
        var moves = own.Failures > other.Failures || own.IsFull && !other.IsFull && 2 * other.Load <= own.Load;
        return moves ? best : home;
    }

    static bool IsBetter(ReplicaState one, ReplicaState other) => (one.Failures, one.Load).CompareTo((other.Failures, other.Load)) < 0;
}
