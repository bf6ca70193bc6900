using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RebaseBatch.Platform.Files;

/// <summary>What .NET's file API lacks for files that must survive a power failure: hard links and flushing a folder.</summary>
static partial class DurableFiles
{
    const int EEXIST = 17;

    /// <summary>Creates the folder and its missing parents, and flushes each name.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = Path.GetDirectoryName(folder);
        if (parent is not null) CreateFolder(parent);
        Directory.CreateDirectory(folder);
        if (parent is not null) FlushFolder(parent);
    }

    /// <summary>Gives the temporary file its name, in one step and never over another file. False: the name is taken.</summary>
    public static bool TryName(string temp, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(temp, path) == 0) return true;
            if (Marshal.GetLastPInvokeError() == EEXIST) return false;
            // File systems without hard links (exFAT, some network shares) continue below.
        }
        try
        {
            File.Move(temp, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Makes the folder's entries durable; on Windows the file system's journal does this.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        const int readOnly = 0;
        var descriptor = Open(folder, readOnly);
        // Some file systems refuse to open or flush folders. There the file itself is flushed, and more is not possible.
        if (descriptor < 0) return;
        var failed = FSync(descriptor) != 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Close(descriptor);
        const int inputOutputError = 5;
        if (failed == inputOutputError)
            throw new IOException($"Flushing the folder '{folder}' failed: {new Win32Exception(failed).Message}");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
