namespace RebaseBatch.Platform.Files;

/// <summary>Why a write failed.</summary>
static class DiskFaults
{
    // ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL; ENOSPC and EDQUOT of Linux and macOS, which .NET passes on unchanged.
    static readonly int[] s_full = OperatingSystem.IsWindows() ? [39, 112] : OperatingSystem.IsMacOS() ? [28, 69] : [28, 122];

    /// <summary>Whether the disk is full, or the user's quota.</summary>
    public static bool IsFull(IOException fault) => s_full.Contains(fault.HResult & 0xFFFF);
}
