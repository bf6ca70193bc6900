namespace RebaseBatch.Platform.Files;

/// <summary>
/// Names behind which no file lies. Some have no end, as /dev/zero; others wait for ever for somebody who writes, as a named pipe does as
/// soon as it is opened, where no signal ends the wait.
/// </summary>
static class SpecialFile
{
    // Of Linux. A read from it ends at once, and cron gives it to its programs as their stdin.
    static readonly (uint, uint) s_null = (1, 3);

    /// <summary>Why the path can't be read as a file, as the end of a sentence; null for a file, and where nothing is.</summary>
    public static string? FaultOf(string path)
    {
        var status = UnixStatus.Of(path, followsLinks: true);
        return status?.Kind switch
        {
            UnixKind.CharacterDevice or UnixKind.BlockDevice => "is a device: name a file",
            UnixKind.Socket => "is a socket: name a file",
            UnixKind.Pipe when !IsInherited(path) => "is a named pipe: name a file",
            UnixKind.File when !IsInherited(path) && (IsUnder(path, "/proc") || IsUnder(path, "/sys")) =>
                "is a view of the kernel and no file: name a file",
            UnixKind.Folder => "is a folder: name a file in it",
            null when Directory.Exists(path) => "is a folder: name a file in it",
            _ => null,
        };
    }

    /// <summary>Why stdin can't be read to its end; null if it can.</summary>
    public static string? FaultOfStdin() =>
        UnixStatus.Of("/dev/stdin", followsLinks: true) is { Kind: UnixKind.CharacterDevice or UnixKind.BlockDevice } status
            && status.Device != s_null ? "is a device: send a file to it" : null;

    /// <summary>Whether the path is a device, a pipe or one of the process's streams: a file in its place would take it away.</summary>
    public static bool IsWrittenInPlace(string path) => IsInherited(path) || UnixStatus.Of(path, followsLinks: true)?.Kind is
        UnixKind.CharacterDevice or UnixKind.BlockDevice or UnixKind.Pipe or UnixKind.Socket;

    // What the shell puts for <(command) is a pipe whose other end is open already.
    static bool IsInherited(string path) => IsUnder(path, "/dev/fd") || IsUnder(path, "/proc/self/fd")
        || path is "/dev/stdin" or "/dev/stdout" or "/dev/stderr";

    static bool IsUnder(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);
}
