using System.Diagnostics;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Support.Postgres;

/// <summary>
/// A private server's files at one moment, as a crash would have left them. To go back to them is what a failover to a replica that was
/// behind does: the server comes back at the same address without its last commits, while its clients run on.
/// </summary>
sealed class ServerImage
{
    readonly OwnPostgres _server;
    readonly string _copy;

    ServerImage(OwnPostgres server, string copy) => (_server, _copy) = (server, copy);

    /// <summary>Freezes all processes of the server, copies its files, and wakes it.</summary>
    public static async Task<ServerImage> TakeAsync(OwnPostgres server)
    {
        var copy = server.Folder.NewTemporary("image");
        var processes = PostgresProcesses.Of(server.Folder.Data);
        foreach (var process in processes) Signals.Send(process, Signals.Stop);
        try
        {
            await CopyAsync(server.Folder.Data, copy);
        }
        finally
        {
            foreach (var process in processes) Signals.Send(process, Signals.Continue);
        }

        return new(server, copy);
    }

    /// <summary>Kills the server, and puts the older files in the place of its own. Its users start it again.</summary>
    public async Task GoBackAsync()
    {
        var (folder, account) = await PostgresFolder.OpenAsync(_server.Options.DataDirectory, default);
        // Nobody starts the server on the files that go.
        await using var startLock = await FolderLock.TakeAsync(folder.StartLock, account, TimeSpan.FromMinutes(1), default);
        await _server.KillAsync();
        Directory.Delete(folder.Data, recursive: true);
        Directory.Move(_copy, folder.Data);
        File.Delete(folder.PidFile);
    }

    // With owners and modes, which the server checks.
    static async Task CopyAsync(string from, string to)
    {
        using var copying = Process.Start("cp", ["-a", from, to]);
        await copying.WaitForExitAsync();
        Assert.Equal(0, copying.ExitCode);
    }
}
