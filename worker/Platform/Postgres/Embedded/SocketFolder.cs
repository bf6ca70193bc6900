using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// The folder of the server's unix socket. It protects the server: anyone who can enter it can connect. It can't lie in the data folder,
/// because a socket's whole path must fit in 107 bytes (103 on macOS).
/// </summary>
static class SocketFolder
{
    const string Prefix = "rebase-postgres-";
    const int LongestPath = 103;
    const string SocketName = "/.s.PGSQL.5432.lock";

    /// <summary>
    /// Creates the folder if it is missing (cleaners of temporary files may have removed it), closes it to other users and removes the
    /// files of a killed server. Only while no server runs.
    /// </summary>
    /// <exception cref="UserException">There is no usable place for it.</exception>
    public static async Task<string> OpenAsync(string root, PostgresAccount account, CancellationToken ct)
    {
        var obstacles = new List<string>();
        foreach (var folder in Candidates(root))
        {
            if (Encoding.UTF8.GetByteCount(folder + SocketName) > LongestPath) obstacles.Add($"the name {folder} is too long");
            else if (Make(folder, account) is { } obstacle) obstacles.Add(obstacle);
            else if (!await account.CanEnterAsync(folder, ct)) obstacles.Add($"{account.Label} can't enter {folder}");
            else
            {
                Clear(folder);
                return folder;
            }
        }

        throw new UserException(
            ExitCode.NoPermission, $"The private database finds no place for its socket ({string.Join(", ", obstacles)}): remove the " +
            "obstacle, or set TMPDIR to a folder with a short name that all users may enter.");
    }

    internal static string NameFor(string root) =>
        $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..16]}";

    /// <summary>Removes the files of a server that no longer runs; files that can't be removed stay for the next start.</summary>
    public static void Remove(string root, PostgresAccount account)
    {
        foreach (var folder in Candidates(root).Where(folder => Directory.Exists(folder) && !IsForeign(folder, account)))
        {
            try
            {
                Clear(folder);
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It disturbs nobody.
            }
        }
    }

    // /tmp first, because it is the same for all processes. TMPDIR may differ between them, be long, or be closed to the server's user.
    static IEnumerable<string> Candidates(string root) =>
        ((string[])["/tmp", Path.TrimEndingDirectorySeparator(Path.GetTempPath())]).Distinct().Where(Directory.Exists)
            .Select(temp => Path.Combine(temp, NameFor(root)));

    // The lock file next to the socket names a process too, and that number may now belong to a zombie or to another program.
    static void Clear(string folder)
    {
        foreach (var left in Directory.EnumerateFiles(folder, ".s.PGSQL.*")) File.Delete(left);
    }

    // Null when the folder exists and is usable; otherwise the obstacle.
    static string? Make(string folder, PostgresAccount account)
    {
        const uint onlyOwner = 0b111_000_000;
        if (OperatingSystem.IsWindows()) return null;
        var made = LibC.MakeDirectory(folder, onlyOwner) == 0;
        if (!made && Marshal.GetLastPInvokeError() != LibC.EEXIST)
            return $"{folder} can't be created: {Marshal.GetLastPInvokeErrorMessage()}";
        if (!made && IsForeign(folder, account)) return $"{folder} belongs to another user";
        try
        {
            account.Own(folder);
            // Only the owner may do this: this is the check on systems that do not report the owner.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return $"{folder} belongs to another user";
        }
    }

    // Any user may create a folder of this name in /tmp, to listen in place of the server.
    static bool IsForeign(string folder, PostgresAccount account)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null) return true;
        if (OperatingSystem.IsWindows() || LibC.OwnerOf(folder) is not { } owner) return false;
        // It belongs to root: a crash came after its creation and before the change of its owner.
        return owner != (account.IsOwn ? LibC.EffectiveUser() : account.User) && !(owner == 0 && LibC.EffectiveUser() == 0);
    }
}
