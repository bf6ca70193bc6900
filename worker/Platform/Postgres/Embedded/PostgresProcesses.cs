using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Tells the processes of one data directory's server from everything else on the machine: only those may ever be killed.</summary>
static class PostgresProcesses
{
    /// <summary>Whether the process that the pid file names is alive and is this data directory's postmaster.</summary>
    public static bool IsPostmaster(PidFile pid, string data) => pid.Process > 1 && (OperatingSystem.IsLinux()
        ? IsServerOf(data, pid.Process)
        : IsServerStartedAt(pid.Process, pid.StartTime));

    /// <summary>Whether there is any process of that number, a zombie included.</summary>
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

    /// <summary>The server's processes by their working directory, children that outlived a killed postmaster included; none where the system can't say.</summary>
    public static IReadOnlyList<int> Of(string data) => !OperatingSystem.IsLinux() ? [] :
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process > 1 && IsServerOf(data, process)),
    ];

    /// <summary>Kills at once. Whoever calls this has just seen that the process is the server's.</summary>
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
            // Gone already, or not ours after all: the next look tells.
        }
    }

    // The working directory of every server process is the data directory; a zombie has none. Its name keeps out a shell that stands there.
    static bool IsServerOf(string data, int process)
    {
        try
        {
            // The postmaster shows its program, its children a title such as "postgres: checkpointer".
            var title = File.ReadAllText($"/proc/{process}/cmdline").Split('\0')[0];
            return (title.StartsWith("postgres:", StringComparison.Ordinal) || Path.GetFileName(title) == "postgres")
                && new FileInfo($"/proc/{process}/cwd").LinkTarget == Resolve(data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The kernel names the folder as it really lies.
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
            // The file is written a moment after the process began.
            return server.ProcessName == "postgres" && Math.Abs(since - startTime) <= 10;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
