using RebaseBatch.Platform.Async;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>
/// Pages of reports. It keeps a few of them for a minute and makes one at a time, because each takes processor time from the searches. No
/// page depends on the request that asked for it first: it serves every request.
/// </summary>
sealed class ReportPages(TimeProvider time) : IDisposable
{
    /// <summary>The most pages that are kept or being made.</summary>
    public const int Most = 8;

    /// <summary>How long a page is served, and how long making it may take.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(1), MakingTimeout = TimeSpan.FromMinutes(1);

    sealed record Entry(Task<byte[]> Page, long? MadeAt);

    readonly Lock _gate = new();
    readonly Dictionary<string, Entry> _pages = [];
    readonly SemaphoreSlim _one = new(1);
    readonly CancellationTokenSource _end = new();

    /// <param name="key">The key of the page; the page is the same for everyone.</param>
    /// <param name="make">Called unless the page is kept or being made. Everyone who waits gets its exception, which is not kept.</param>
    /// <returns>Null: too many other pages are being made.</returns>
    /// <exception cref="TimeoutException">The page was not ready in time; it may be ready soon.</exception>
    public async Task<byte[]?> GetAsync(string key, Func<CancellationToken, Task<byte[]>> make, CancellationToken ct) =>
        Find(key, make) is { } page ? await page.WaitAsync(MakingTimeout, time, ct) : null;

    /// <summary>Cancels the pages that are being made.</summary>
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
                if (_pages.Where(page => page.Value.MadeAt is not null).OrderBy(page => page.Value.MadeAt).Select(page => page.Key)
                    .FirstOrDefault() is not { } oldest) return null;
                _pages.Remove(oldest);
            }

            var end = _end.Token;
            var page = Task.Run(() => MakeAsync(key, make, end), CancellationToken.None);
            // When it fails, the requests that waited for it may have ended already.
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
                // The page before may have given up its place because of the end, before the end reached this one.
                end.ThrowIfCancellationRequested();
                using var enough = new CancellationTokenSource(MakingTimeout, time);
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
