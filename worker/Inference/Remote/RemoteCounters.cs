using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// What one remote model has done since it was loaded, in the terms of an engine: a call is a request. How full the server's batches and
/// its cache are is not known here. Thread-safe.
/// </summary>
sealed class RemoteCounters
{
    long _calls, _tokens, _reencoded;
    int _open;

    public EngineStatistics Statistics => new()
    {
        Decodes = Interlocked.Read(ref _calls), Sequences = Interlocked.Read(ref _calls), Tokens = Interlocked.Read(ref _tokens),
        Reencoded = Interlocked.Read(ref _reencoded), Load = new(Cells: 0, CellsUsed: 0, Waiting: Volatile.Read(ref _open)),
    };

    /// <summary>Counts a request as waiting while it runs.</summary>
    public async Task<T> Watch<T>(Task<T> request)
    {
        Interlocked.Increment(ref _open);
        try
        {
            return await request;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    public void Add(int evaluated, int reencoded)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _tokens, evaluated);
        Interlocked.Add(ref _reencoded, reencoded);
    }
}
