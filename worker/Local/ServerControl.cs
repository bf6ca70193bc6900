using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RebaseBatch.Hosting;

namespace RebaseBatch.Local;

/// <summary>Gets the server running from whatever state it is in, and stops it. Call all of it while holding the start lock.</summary>
sealed class ServerControl(
    ServerFolder folder, ServerAccount account, PostgresBinaries binaries, EmbeddedPostgresOptions options, ILogger log)
{
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    // A server that just started listens within milliseconds of writing its pid file.
    static readonly TimeSpan s_absentLimit = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_immediateLimit = TimeSpan.FromSeconds(5);

    // Children notice within milliseconds that their postmaster is gone, unless they are busy or stopped.
    static readonly TimeSpan s_orphanPatience = TimeSpan.FromSeconds(3);

    /// <summary>Finds the running server, or starts it.</summary>
    /// <exception cref="UserException">It does not start, or does not answer, in time.</exception>
    public async Task<ServerEndpoint> EnsureRunningAsync(CancellationToken ct)
    {
        var deadline = Deadline.In(options.StartDeadline);
        while (true)
        {
            if (await FindAsync(deadline, ct) is { } found) return found;
            if (await TryStartAsync(deadline, ct) is { } started) return started;
        }
    }

    /// <summary>Stops the server: fast, then at once, then by killing it.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (Running() is not { } pid) return;
        if (!await TryStopAsync("fast", s_stopLimit, ct)) await StopHardAsync(ct);
        SocketFolder.Remove(pid.SocketFolder);
        LocalLog.Stopped(log);
    }

    PidFile? Running() => PidFile.Read(folder.PidFile) is { } pid && ServerProcesses.IsPostmaster(pid, folder.Data) ? pid : null;

    /// <summary>The running server once it answers; null when there is none, or none any more.</summary>
    async Task<ServerEndpoint?> FindAsync(Deadline deadline, CancellationToken ct)
    {
        var (absent, silent) = (Deadline.In(s_absentLimit), Deadline.In(options.HungAfter));
        while (Running() is { } pid)
        {
            var endpoint = new ServerEndpoint(pid.SocketFolder.Length > 0 ? pid.SocketFolder : IPAddress.Loopback.ToString(), pid.Port, Password());
            var answer = await ServerProbe.AskAsync(endpoint, ct);
            switch (answer)
            {
                case ServerAnswer.Ready:
                    LocalLog.Reused(log, pid.Process);
                    return endpoint;
                case ServerAnswer.Absent when absent.IsOver:
                    LocalLog.Restarting(log, pid.Process, "its socket is gone");
                    await StopAsync(ct);
                    return null;
                case ServerAnswer.Silent when silent.IsOver:
                    LocalLog.Restarting(log, pid.Process, "does not answer");
                    await StopHardAsync(ct);
                    return null;
                default:
                    break;
            }

            if (deadline.IsOver)
                throw new UserException(ExitCode.DatabaseUnavailable, $"The private database (process {pid.Process}) does not get ready{Quoted(0)}: wait for it, or end that process.");
            await Task.Delay(s_poll, ct);
        }

        return null;
    }

    async Task<ServerEndpoint?> TryStartAsync(Deadline deadline, CancellationToken ct)
    {
        PidFile.Disown(folder.PidFile);
        var orphans = Deadline.In(s_orphanPatience);
        while (true)
        {
            var socket = OperatingSystem.IsWindows() ? null : await SocketFolder.OpenAsync(folder.Root, account, ct);
            var endpoint = new ServerEndpoint(socket ?? IPAddress.Loopback.ToString(), socket is null ? FreePort() : ServerEndpoint.SocketPort, Password());
            new DataFolder(folder, account, binaries, options.Durable).Configure(socket, endpoint.Port);

            var logged = folder.LogLength;
            var result = await PgCtlAsync(["start", "-w", "-t", Seconds(deadline.Left), "-l", folder.Log], deadline.Left, ct);
            if (result.Ok)
            {
                LocalLog.Started(log, endpoint.Host);
                return endpoint;
            }

            if (deadline.IsOver || !folder.LogSince(logged).Contains("pre-existing shared memory block", StringComparison.Ordinal))
                throw new UserException(ExitCode.DatabaseUnavailable, $"The private database in {folder.Data} does not start{Quoted(logged)}: see {folder.Log}, or set Rebase:Database:ConnectionString to a server of your own.");
            if (orphans.IsOver) EndOrphans();
            await Task.Delay(s_poll, ct);
        }
    }

    // Their postmaster is gone, so nothing they still do can be committed: whoever waited for it has lost the connection.
    void EndOrphans()
    {
        foreach (var process in ServerProcesses.Of(folder.Data))
        {
            LocalLog.EndingOrphan(log, process);
            ServerProcesses.Kill(process);
        }
    }

    async Task<bool> TryStopAsync(string mode, TimeSpan limit, CancellationToken ct) =>
        (await PgCtlAsync(["stop", "-w", "-m", mode, "-t", Seconds(limit)], limit + s_immediateLimit, ct)).Ok;

    // The log is replayed at the next start: nothing committed is lost.
    async Task StopHardAsync(CancellationToken ct)
    {
        if (await TryStopAsync("immediate", s_immediateLimit, ct) || Running() is not { } pid) return;
        var processes = ServerProcesses.Of(folder.Data);
        ServerProcesses.Kill(pid.Process);
        foreach (var process in processes) ServerProcesses.Kill(process);

        var deadline = Deadline.In(s_immediateLimit);
        while (Running() is not null)
        {
            if (deadline.IsOver)
                throw new UserException(ExitCode.DatabaseUnavailable, $"The private database (process {pid.Process}) neither answers nor can be ended: end that process.");
            await Task.Delay(s_poll, ct);
        }
    }

    async Task<ToolResult> PgCtlAsync(IEnumerable<string> arguments, TimeSpan limit, CancellationToken ct)
    {
        var start = account.Start(binaries.PgCtl, folder.Root, [.. arguments, "-D", folder.Data]);
        // On Windows the server would inherit our ends of the pipes and keep them open.
        if (OperatingSystem.IsWindows()) (start.RedirectStandardOutput, start.RedirectStandardError) = (false, false);
        try
        {
            return await Tool.RunAsync(start, limit + s_immediateLimit, ct);
        }
        catch (TimeoutException e)
        {
            return new(ToolResult.NotStarted, e.Message);
        }
    }

    string? Password() => OperatingSystem.IsWindows() ? File.ReadAllText(folder.Password) : null;

    string Quoted(long since) =>
        folder.LogSince(since).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last]
            ? $" (its log says \"{last}\")" : "";

    static string Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
