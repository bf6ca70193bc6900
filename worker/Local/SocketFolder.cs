using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RebaseBatch.Hosting;

namespace RebaseBatch.Local;

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
    /// <exception cref="UserException">Someone else has a folder of that name.</exception>
    public static async Task<string> OpenAsync(string root, ServerAccount account, CancellationToken ct)
    {
        var name = NameFor(root);
        // /tmp first, for it is the same to all processes; TMPDIR may differ between them, be long, or be closed to the server's user.
        foreach (var temp in (string[])["/tmp", Path.TrimEndingDirectorySeparator(Path.GetTempPath())])
        {
            var folder = Path.Combine(temp, name);
            if (Encoding.UTF8.GetByteCount(folder + SocketName) > LongestPath || !Directory.Exists(temp)) continue;
            Make(folder, account);
            if (!await account.CanEnterAsync(folder, ct)) continue;
            // The lock file beside the socket names a process too, and that number may by now be a zombie's or another program's.
            foreach (var left in Directory.EnumerateFiles(folder, ".s.PGSQL.*")) File.Delete(left);
            return folder;
        }

        throw new UserException(ExitCode.NoPermission, $"The private database finds no folder for its socket: point TMPDIR to one with a short name that {account.Label} may enter.");
    }

    internal static string NameFor(string root) => $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..16]}";

    /// <summary>Removes the folder that a stopped server has left; what can't be removed stays for the next start.</summary>
    public static void Remove(string folder)
    {
        if (!Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal)) return;
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not empty, or gone: neither is in anyone's way.
        }
    }

    static void Make(string folder, ServerAccount account)
    {
        const uint onlyOwner = 0b111_000_000;
        if (OperatingSystem.IsWindows()) return;
        var made = LibC.MakeDirectory(folder, onlyOwner) == 0;
        if (!made && Marshal.GetLastPInvokeError() != LibC.EEXIST)
            throw new UserException(ExitCode.NoPermission, $"The folder {folder} for the private database's socket can't be made ({Marshal.GetLastPInvokeErrorMessage()}): point TMPDIR to a folder that this user may write.");

        // Anyone may have made a folder of this name in /tmp, to listen in our server's place.
        var expected = account.IsOwn ? LibC.EffectiveUser() : account.User;
        if (!made && LibC.OwnerOf(folder) is { } owner && owner != expected && !(owner == 0 && LibC.EffectiveUser() == 0)
            || new DirectoryInfo(folder).LinkTarget is not null)
            throw new UserException(ExitCode.NoPermission, $"The folder {folder} is where the private database's socket belongs, but another user made it: remove it, or point TMPDIR elsewhere.");

        account.Own(folder);
        // Refused to all but the owner, which is the check where the system does not tell owners.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
