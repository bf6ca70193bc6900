using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// A lock between processes: an open lock file (flock on Unix, sharing on Windows). The system releases it when its holder dies in any
/// way; the file itself stays.
/// </summary>
static class FolderLock
{
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(25);

    /// <summary>Joins the holders of a shared lock; null while another process holds it alone.</summary>
    public static FileStream? TryShare(string path, PostgresAccount account)
    {
        Create(path, account);
        return TryOpen(path, FileAccess.Read, FileShare.Read);
    }

    /// <summary>Takes the lock alone; null while any other process holds it.</summary>
    public static FileStream? TryTake(string path, PostgresAccount account)
    {
        Create(path, account);
        return TryOpen(path, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Waits until the lock can be taken alone.</summary>
    /// <exception cref="UserException">It could not be taken within <paramref name="limit"/>.</exception>
    public static async Task<FileStream> TakeAsync(string path, PostgresAccount account, TimeSpan limit, CancellationToken ct)
    {
        var deadline = Deadline.In(limit);
        while (true)
        {
            if (TryTake(path, account) is { } held) return held;
            if (deadline.IsOver)
                throw new UserException(
                    ExitCode.DatabaseUnavailable, "another process has been starting or stopping the database for " +
                    $"{limit.TotalSeconds:0} s (it holds {path}): wait for it or end it");
            await Task.Delay(s_poll, ct);
        }
    }

    static void Create(string path, PostgresAccount account)
    {
        try
        {
            using var created = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (IOException) when (File.Exists(path))
        {
            return;
        }

        account.Own(path);
    }

    static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new(path, FileMode.Open, access, share, bufferSize: 0);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
