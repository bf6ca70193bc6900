using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>The layout of the server's own folder.</summary>
sealed record PostgresFolder(string Root)
{
    /// <summary>PostgreSQL's data directory: it is complete, or it does not exist.</summary>
    public string Data => Path.Combine(Root, "data");

    public string Log => Path.Combine(Root, "server.log");

    public string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>Held alone by the process that starts or stops the server.</summary>
    public string StartLock => Path.Combine(Root, "start.lock");

    /// <summary>Names the machine where the server was last started.</summary>
    public string HostClaim => Path.Combine(Root, "machine");

    /// <summary>Shared by all processes that use the server.</summary>
    public string UsersLock => Path.Combine(Root, "users.lock");

    /// <summary>The server's password on systems without unix sockets (Windows).</summary>
    public string Password => Path.Combine(Root, "password");

    /// <summary>Creates the folder and makes the server's user its owner.</summary>
    /// <exception cref="UserException">It can't be created, belongs to another user, or the server's user can't enter it.</exception>
    public static async Task<(PostgresFolder Folder, PostgresAccount Account)> OpenAsync(string dataDirectory, CancellationToken ct)
    {
        var folder = new PostgresFolder(Path.Combine(Path.GetFullPath(dataDirectory), "postgres"));
        // pg_ctl passes paths through a shell in double quotes.
        if (!OperatingSystem.IsWindows() && folder.Root.IndexOfAny(['"', '$', '`', '\\', '\n']) >= 0)
            throw new UserException(
                ExitCode.BadInput, $"The data folder {dataDirectory} has a character in its name that PostgreSQL's tools don't accept " +
                "(one of \" $ ` \\): choose another folder.");
        try
        {
            var account = Create(folder.Root);
            account.Own(folder.Root);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (!await account.CanEnterAsync(folder.Root, ct))
                throw new UserException(
                    ExitCode.NoPermission, $"PostgreSQL does not run as root, and {account.Label} can't enter {folder.Root}: choose a " +
                    "data folder whose parents all users may enter, such as one in /var/lib.");
            return (folder, account);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(
                ExitCode.NoPermission, $"the private database can't be stored in {folder.Root} ({e.Message.TrimEnd('.')}): choose a " +
                "data folder that this user may write", e);
        }
    }

    static PostgresAccount Create(string root)
    {
        var missing = new List<string>();
        for (var at = Path.GetDirectoryName(root); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at)) missing.Add(at);
        Directory.CreateDirectory(root);
        var account = PostgresAccount.For(root);
        // A strict umask would keep the server's user out of the folders that are created for it.
        if (!account.IsOwn && !OperatingSystem.IsWindows())
        {
            foreach (var parent in missing)
                File.SetUnixFileMode(parent, File.GetUnixFileMode(parent) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return account;
    }

    /// <summary>
    /// A name for a folder that is created under it and then renamed. It is unique, because the initdb of a killed starter may still run.
    /// </summary>
    public string NewTemporary(string name) => Path.Combine(Root, $"{name}.new-{Guid.NewGuid().ToString("N")[..8]}");

    /// <summary>Removes the remains of interrupted starts.</summary>
    public void RemoveLeftovers()
    {
        foreach (var left in Directory.EnumerateDirectories(Root, "*.new-*"))
        {
            try
            {
                Directory.Delete(left, recursive: true);
            }
            catch (IOException)
            {
                // The initdb of a killed starter still writes there: a later start removes it.
            }
        }
    }

    /// <summary>Moves a log of more than 10 MB away, over the previous one. Only while no server runs.</summary>
    public void TrimLog()
    {
        if (LogLength > 10_000_000) File.Move(Log, Log + ".old", overwrite: true);
    }

    /// <summary>The length of the server's log in bytes, from which <see cref="LogSince"/> reads on.</summary>
    public long LogLength => File.Exists(Log) ? new FileInfo(Log).Length : 0;

    /// <summary>What the server has logged since then, at most the last 4 KiB; "" when there is nothing to read.</summary>
    public string LogSince(long length)
    {
        try
        {
            using var log = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            log.Seek(Math.Max(Math.Min(length, log.Length), log.Length - 4096), SeekOrigin.Begin);
            return new StreamReader(log).ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
