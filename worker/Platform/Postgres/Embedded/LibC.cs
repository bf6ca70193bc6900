using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>The few calls of the C library that .NET does not offer. Each returns 0 on success, as its manual page says.</summary>
[UnsupportedOSPlatform("windows")]
static partial class LibC
{
    public const int Kill = 9;
    public const int EEXIST = 17;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);

    /// <summary>The user who owns a file or folder (for a link: the link itself); null when the system can't say.</summary>
    // Only Linux can; on other systems nobody runs this as root.
    public static uint? OwnerOf(string path) => UnixStatus.Of(path, followsLinks: false)?.Owner;
}
