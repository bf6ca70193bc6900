using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// The folder of the server's unix socket. It guards the server: whoever gets into it is let in. It can't lie in the data folder, since a
/// socket's whole path must fit in 107 bytes (103 on macOS).
/// </summary>
static class SocketFolder
{
    const string Prefix = "rebase-postgres-";
    const int LongestPath = 103;
    const string SocketName = "/.s.PGSQL.5432.lock";

    /// <summary>
    /// Makes the folder where it is missing (cleaners of temporary files may have taken it), closes it to others and clears it of what a
    /// killed server has left. Only while none runs.
    /// </summary>
    /// <exception cref="UserException">There is no place for it.</exception>
    public static async Task<string> OpenAsync(string root, PostgresAccount account, CancellationToken ct)
    {
        var obstacles = new List<string>();
        foreach (var folder in Candidates(root))
        {
            if (Encoding.UTF8.GetByteCount(folder + SocketName) > LongestPath) obstacles.Add($"{folder} is too long a name");
            else if (Make(folder, account) is { } obstacle) obstacles.Add(obstacle);
            else if (!await account.CanEnterAsync(folder, ct)) obstacles.Add($"{account.Label} can't get into {folder}");
            else
            {
                Clear(folder);
                return folder;
            }
        }

        throw new UserException(ExitCode.NoPermission, $"The private database finds no place for its socket ({string.Join(", ", obstacles)}): clear the way, or point TMPDIR to a folder with a short name that all users may enter.");
    }

    internal static string NameFor(string root) => $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..16]}";

    /// <summary>Removes what a server that is no longer running has left; what can't be removed stays for the next start.</summary>
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
                // In nobody's way.
            }
        }
    }

    // /tmp first, for it is the same to all processes; TMPDIR may differ between them, be long, or be closed to the server's user.
    static IEnumerable<string> Candidates(string root) =>
        ((string[])["/tmp", Path.TrimEndingDirectorySeparator(Path.GetTempPath())]).Distinct().Where(Directory.Exists).Select(temp => Path.Combine(temp, NameFor(root)));

    // The lock file beside the socket names a process too, and that number may by now be a zombie's or another program's.
    static void Clear(string folder)
    {
        foreach (var left in Directory.EnumerateFiles(folder, ".s.PGSQL.*")) File.Delete(left);
    }

    // Null when the folder is there and ours, else what stands in the way.
    static string? Make(string folder, PostgresAccount account)
    {
        const uint onlyOwner = 0b111_000_000;
        if (OperatingSystem.IsWindows()) return null;
        var made = LibC.MakeDirectory(folder, onlyOwner) == 0;
        if (!made && Marshal.GetLastPInvokeError() != LibC.EEXIST) return $"{folder} can't be made: {Marshal.GetLastPInvokeErrorMessage()}";
        if (!made && IsForeign(folder, account)) return $"another user made {folder}";
        try
        {
            account.Own(folder);
            // Refused to all but the owner, which is the check where the system does not tell owners.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return $"another user made {folder}";
        }
    }

    // Anyone may make a folder of this name in /tmp, to listen in our server's place.
    static bool IsForeign(string folder, PostgresAccount account)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null) return true;
        if (OperatingSystem.IsWindows() || LibC.OwnerOf(folder) is not { } owner) return false;
        // Root's own: a crash came between making it and handing it over.
        return owner != (account.IsOwn ? LibC.EffectiveUser() : account.User) && !(owner == 0 && LibC.EffectiveUser() == 0);
    }
}
