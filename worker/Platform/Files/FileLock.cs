namespace RebaseBatch.Platform.Files;

/// <summary>
/// A lock between processes and within one: an open file that nobody else may open (flock on Unix, sharing on Windows). The system releases
/// the lock when its holder dies in any way; the file itself stays.
/// </summary>
static class FileLock
{
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits without limit until the lock can be taken.</summary>
    /// <param name="waiting">Called once if another process holds the lock.</param>
    /// <returns>The lock, held until disposed.</returns>
    /// <exception cref="IOException">The file can't be created.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not create or open it.</exception>
    public static async Task<IDisposable> TakeAsync(string path, Action waiting, TimeProvider time, CancellationToken ct)
    {
        var said = false;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (TryTake(path) is { } held) return held;
            if (!said) waiting();
            said = true;
            await Task.Delay(s_poll, time, ct);
        }
    }

    static FileStream? TryTake(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    // ERROR_SHARING_VIOLATION on Windows; on Unix flock's EWOULDBLOCK, which .NET passes on unchanged: 11 on Linux, 35 on macOS.
    static bool IsHeld(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == 32 : e.HResult is 11 or 35;
}
