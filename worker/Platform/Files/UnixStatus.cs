using System.Runtime.InteropServices;

namespace RebaseBatch.Platform.Files;

/// <summary>What Linux knows of a name in a folder and .NET does not tell.</summary>
/// <param name="Owner">The number of the user who owns it.</param>
/// <param name="Device">Of a device: its major and minor number; 0 of all else.</param>
readonly partial record struct UnixStatus(uint Owner, UnixKind Kind, (uint Major, uint Minor) Device)
{
    /// <param name="followsLinks">Whether a link stands for what it leads to.</param>
    /// <returns>Null: nothing is there, or this system can't say.</returns>
    public static unsafe UnixStatus? Of(string path, bool followsLinks)
    {
        // Only Linux has statx, whose layout is the same on every processor.
        if (!OperatingSystem.IsLinux()) return null;
        const int here = -100, noFollow = 0x100, basicStats = 0x7ff;
        const int ownerOffset = 20, modeOffset = 28, majorOffset = 128, minorOffset = 132, kindBits = 0xF000;
        var buffer = stackalloc byte[256];
        try
        {
            return StatX(here, path, followsLinks ? 0 : noFollow, basicStats, buffer) != 0 ? null
                : new(*(uint*)(buffer + ownerOffset), (UnixKind)(*(ushort*)(buffer + modeOffset) & kindBits),
                    (*(uint*)(buffer + majorOffset), *(uint*)(buffer + minorOffset)));
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int StatX(int directory, string path, int flags, uint mask, byte* buffer);
}
