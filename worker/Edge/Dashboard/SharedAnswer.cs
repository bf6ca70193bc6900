namespace RebaseBatch.Edge.Dashboard;

/// <summary>An answer that many requests share: it is made anew at most once in <paramref name="serves"/>, one at a time.</summary>
sealed class SharedAnswer<T>(TimeSpan serves, TimeProvider time) : IDisposable
    where T : class
{
    readonly SemaphoreSlim _one = new(1);
    (T Answer, long At)? _last;
    int _forgotten;

    /// <param name="make">Makes it for all who ask, so no single request may cancel it.</param>
    public async Task<T> GetAsync(Func<Task<T>> make, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            // An answer that was being made when it was forgotten is of before: it is not given to those who ask now.
            var isOld = Interlocked.Exchange(ref _forgotten, 0) == 1;
            if (isOld || _last is not { } last || time.GetElapsedTime(last.At) >= serves)
                _last = last = (await make(), time.GetTimestamp());
            return last.Answer;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Something has changed that the next who asks must see.</summary>
    public void Forget() => Interlocked.Exchange(ref _forgotten, 1);

    public void Dispose() => _one.Dispose();
}
