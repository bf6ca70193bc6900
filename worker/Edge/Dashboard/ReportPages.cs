using RebaseBatch.Platform.Async;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>
/// Pages of reports, a few of them kept for a minute, and made one at a time: each takes processor time that the searches want. None is
/// bound to the request that asked for it first: what is made is every request's.
/// </summary>
sealed class ReportPages(TimeProvider time) : IDisposable
{
    /// <summary>Pages kept or under way, at most.</summary>
    public const int Most = 8;

    /// <summary>For how long a page is served, and how long one may take.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(1), Patience = TimeSpan.FromMinutes(1);

    sealed record Entry(Task<byte[]> Page, long? MadeAt);

    readonly Lock _gate = new();
    readonly Dictionary<string, Entry> _pages = [];
    readonly SemaphoreSlim _one = new(1);
    readonly CancellationTokenSource _end = new();

    /// <param name="key">Of the page: what is made under it is the same for everyone.</param>
    /// <param name="make">Called unless the page is there or under way; what it throws, all who wait get, and it is not kept.</param>
    /// <returns>Null: too many others are under way.</returns>
    /// <exception cref="TimeoutException">It was not there in time; it may be soon.</exception>
    public async Task<byte[]?> GetAsync(string key, Func<CancellationToken, Task<byte[]>> make, CancellationToken ct) =>
        Find(key, make) is { } page ? await page.WaitAsync(Patience, time, ct) : null;

    /// <summary>Gives up what is under way.</summary>
    public void Dispose()
    {
        if (_end.IsCancellationRequested) return;
        _end.Cancel();
        _end.Dispose();
    }

    Task<byte[]>? Find(string key, Func<CancellationToken, Task<byte[]>> make)
    {
        lock (_gate)
        {
            foreach (var (old, entry) in _pages)
                if (entry.MadeAt is { } at && time.GetElapsedTime(at) >= Kept) _pages.Remove(old);
            if (_pages.TryGetValue(key, out var known)) return known.Page;
            if (_pages.Count >= Most)
            {
                if (_pages.Where(page => page.Value.MadeAt is not null).OrderBy(page => page.Value.MadeAt).Select(page => page.Key).FirstOrDefault() is not { } oldest) return null;
                _pages.Remove(oldest);
            }

            var end = _end.Token;
            var page = Task.Run(() => MakeAsync(key, make, end), CancellationToken.None);
            // Whoever asked may have gone by the time that it fails.
            page.ObserveFault();
            _pages[key] = new(page, null);
            return page;
        }
    }

    async Task<byte[]> MakeAsync(string key, Func<CancellationToken, Task<byte[]>> make, CancellationToken end)
    {
        var made = false;
        try
        {
            await _one.WaitAsync(end);
            try
            {
                using var enough = new CancellationTokenSource(Patience, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, end);
                var page = await make(either.Token);
                made = true;
                return page;
            }
            finally
            {
                _one.Release();
            }
        }
        finally
        {
            lock (_gate)
            {
                if (made) _pages[key] = _pages[key] with { MadeAt = time.GetTimestamp() };
                else _pages.Remove(key);
            }
        }
    }
}
