using System.Diagnostics;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>A file system in memory with little room, which can really be full. Only root on Linux may mount one.</summary>
sealed class SmallDisk : IDisposable
{
    // The log of writes of a new server takes 16 to 80 MB of it.
    const int Megabytes = 400;

    SmallDisk(DirectoryInfo folder) => Folder = folder;

    public DirectoryInfo Folder { get; }

    public static bool MayMount => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <exception cref="InvalidOperationException">The mount was refused; its own message says why.</exception>
    public static SmallDisk Mount()
    {
        var folder = Directory.CreateTempSubdirectory("rebase-disk-");
        Run("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m,mode=755", "tmpfs", folder.FullName);
        return new(folder);
    }

    /// <summary>Takes all room that is left, for a while.</summary>
    public async Task FillAsync(TimeSpan duration)
    {
        var path = Path.Combine(Folder.FullName, "fill");
        await using (var file = File.Create(path, bufferSize: 0))
        {
            try
            {
                while (true) file.Write(new byte[1 << 16]);
            }
            catch (IOException)
            {
                // Full.
            }
        }

        await Task.Delay(duration);
        File.Delete(path);
    }

    public void Dispose()
    {
        Run("umount", Folder.FullName);
        Folder.Delete();
    }

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with code {process.ExitCode}");
    }
}
