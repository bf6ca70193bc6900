namespace RebaseBatch.Inference.Remote;

/// <summary>What one request has met so far. Not thread-safe: its attempts follow each other.</summary>
/// <param name="replicas">How many there are.</param>
sealed class RequestAttempts(long search, RemoteRequest request, int replicas, TimeProvider time)
{
    /// <summary>Failures after which the request is given up: of eight replicas, or of one over about 20 s.</summary>
    public const int MostFailures = 8;

    // One timeout takes minutes: the third is the last.
    const int FailuresOfTimeout = 3;

    /// <summary>How long a request is tried to which the servers only answer that they have too much to do.</summary>
    public static readonly TimeSpan OverloadPatience = TimeSpan.FromMinutes(10);

    /// <summary>Longest pause, even when the server asks for a longer one.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    readonly int[] _failures = new int[replicas];
    readonly bool[] _isWaitedFor = new bool[replicas];
    int _count;
    bool _isOverload;

    public long Search => search;
    public RemoteRequest Request => request;

    /// <summary>When it began, as a timestamp of the clock.</summary>
    public long Begun { get; } = time.GetTimestamp();

    /// <summary>Whether it is not tried again.</summary>
    public bool IsOver => _count >= MostFailures || _isOverload && time.GetElapsedTime(Begun) >= OverloadPatience;

    /// <summary>The pause before the next attempt; null for one that grows with each attempt.</summary>
    public TimeSpan? Pause { get; private set; }

    /// <summary>How often the replica failed this request. The next attempt is made where that is least.</summary>
    public int FailuresOf(int replica) => _failures[replica];

    /// <summary>An attempt failed.</summary>
    /// <param name="hasOther">Whether there is a replica that failed less often than this one now did.</param>
    public void Failed(int replica, ReplicaFaultException fault, Func<RequestAttempts, int, bool> hasOther)
    {
        _isOverload = fault.IsOverload;
        // A pause of 0, or until a moment that is over, would be no pause at all.
        var asked = fault.RetryAfter is { Ticks: > 0 } longer ? longer < LongestPause ? longer : LongestPause : (TimeSpan?)null;
        if (_isOverload && asked is not null && !_isWaitedFor[replica])
        {
            // It has the search's prefixes in its cache and says when it has time: that is worth one pause.
            (_isWaitedFor[replica], Pause) = (true, Jittered(asked.Value));
            return;
        }

        _failures[replica]++;
        if (!_isOverload) _count += fault.IsTimeout ? FailuresOfTimeout : 1;
        Pause = hasOther(this, replica) ? TimeSpan.Zero : asked is { } pause ? Jittered(pause) : null;
    }

    // Requests that were refused together must not come back together, and none before its time.
    static TimeSpan Jittered(TimeSpan pause) => pause * (1 + 0.2 * Random.Shared.NextDouble());
}
