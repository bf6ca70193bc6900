using System.Runtime.InteropServices;
using System.Runtime.Versioning;

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
    public static unsafe uint? OwnerOf(string path)
    {
        // Only Linux has statx, whose layout is the same on every processor; on other systems nobody runs this as root.
        if (!OperatingSystem.IsLinux()) return null;
        const int here = -100, noFollow = 0x100, basicStats = 0x7ff, ownerOffset = 20;
        var buffer = stackalloc byte[256];
        try
        {
            return StatX(here, path, noFollow, basicStats, buffer) == 0 ? *(uint*)(buffer + ownerOffset) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int StatX(int directory, string path, int flags, uint mask, byte* buffer);
}
