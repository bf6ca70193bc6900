using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// Distinguishes the processes of one data directory's server from all other processes of the machine: only these may be killed.
/// </summary>
static class PostgresProcesses
{
    /// <summary>Whether the process that the pid file names is alive and is this data directory's postmaster.</summary>
    public static bool IsPostmaster(PidFile pid, string data) => pid.Process > 1 && (OperatingSystem.IsLinux()
        ? IsServerOf(data, pid.Process)
        : IsServerStartedAt(pid.Process, pid.StartTime));

    /// <summary>Whether there is any process of that number, including a zombie.</summary>
    public static bool Exists(int process)
    {
        if (OperatingSystem.IsLinux()) return Directory.Exists($"/proc/{process}");
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// The server's processes, found by their working directory, including children that outlived a killed postmaster; empty when the
    /// system can't say.
    /// </summary>
    public static IReadOnlyList<int> Of(string data) => !OperatingSystem.IsLinux() ? [] :
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process > 1 && IsServerOf(data, process)),
    ];

    /// <summary>Kills the process at once. The caller has just checked that it is the server's.</summary>
    public static void Kill(int process)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = LibC.Signal(process, LibC.Kill);
            return;
        }

        try
        {
            using var server = Process.GetProcessById(process);
            server.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended already, or this user may not kill it: the next check shows which.
        }
    }

    // The working directory of every server process is the data directory; a zombie has none. The check of the name excludes a shell in
    // that folder.
    static bool IsServerOf(string data, int process)
    {
        try
        {
            // The postmaster shows its program; its children show a title such as "postgres: checkpointer".
            var title = File.ReadAllText($"/proc/{process}/cmdline").Split('\0')[0];
            return (title.StartsWith("postgres:", StringComparison.Ordinal) || Path.GetFileName(title) == "postgres")
                && new FileInfo($"/proc/{process}/cwd").LinkTarget == Resolve(data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The kernel gives the folder's real path, without links.
    static string Resolve(string folder)
    {
        var at = Path.GetPathRoot(folder)!;
        foreach (var part in folder[at.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            at = new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? at;
        }

        return at;
    }

    static bool IsServerStartedAt(int process, long startTime)
    {
        try
        {
            using var server = Process.GetProcessById(process);
            var since = new DateTimeOffset(server.StartTime).ToUnixTimeSeconds();
            // The file is written a moment after the process started.
            return server.ProcessName == "postgres" && Math.Abs(since - startTime) <= 10;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
