using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Starts the server from any state, and stops it. Call all methods while holding the start lock.</summary>
sealed class PostgresControl(
    PostgresFolder folder, PostgresAccount account, PostgresBinaries binaries, EmbeddedPostgresOptions options, ILogger log)
{
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    // A server that just started listens a few milliseconds after it wrote its pid file.
    static readonly TimeSpan s_absentLimit = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_immediateLimit = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_killLimit = TimeSpan.FromSeconds(5);

    // The children notice within milliseconds that their postmaster is gone, unless they are busy or stopped.
    static readonly TimeSpan s_orphanLimit = TimeSpan.FromSeconds(2);

    /// <summary>Finds the running server, or starts it.</summary>
    /// <exception cref="UserException">It does not start, or does not answer, in time.</exception>
    /// <param name="hasOtherUsers">Whether other processes use the server, or think they do.</param>
    public async Task<PostgresEndpoint> EnsureRunningAsync(bool hasOtherUsers, CancellationToken ct)
    {
        var deadline = Deadline.In(options.StartDeadline);
        while (true)
        {
            if (await FindAsync(deadline, ct) is { } found) return found;
            if (await TryStartAsync(deadline, hasOtherUsers, ct) is { } started) return started;
        }
    }

    /// <summary>Stops the server: in fast mode, then in immediate mode, then by killing it.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (Running() is not null)
        {
            if (!await TryStopAsync("fast", s_stopLimit, ct) && !await TryStopAsync("immediate", s_immediateLimit, ct)) await KillAsync(ct);
            log.ServerStopped();
        }

        SocketFolder.Remove(folder.Root, account);
    }

    PidFile? Running() => PidFile.Read(folder.PidFile) is { } pid && PostgresProcesses.IsPostmaster(pid, folder.Data) ? pid : null;

    /// <summary>The running server once it answers; null when there is none, or when it has ended.</summary>
    async Task<PostgresEndpoint?> FindAsync(Deadline deadline, CancellationToken ct)
    {
        var (absent, silent) = (Deadline.In(s_absentLimit), Deadline.In(options.HungAfter));
        while (Running() is { } pid)
        {
            var endpoint =
                new PostgresEndpoint(pid.SocketFolder.Length > 0 ? pid.SocketFolder : IPAddress.Loopback.ToString(), pid.Port, Password());
            var answer = await PostgresProbe.AskAsync(endpoint, ct);
            switch (answer)
            {
                case PostgresAnswer.Ready:
                    log.ServerReused(pid.Process);
                    return endpoint;
                case PostgresAnswer.Absent when absent.IsOver || pid.IsReady && endpoint.HasSocket && !File.Exists(endpoint.SocketPath):
                    log.ServerRestarting(pid.Process, "its socket is gone");
                    await StopAsync(ct);
                    return null;
                case PostgresAnswer.Silent when silent.IsOver:
                    log.ServerRestarting(pid.Process, "does not answer");
                    await KillAsync(ct);
                    return null;
                default:
                    break;
            }

            if (deadline.IsOver)
                throw new UserException(
                    ExitCode.DatabaseUnavailable, $"the private database (process {pid.Process}) does not become ready{Quoted(0)}: " +
                    "wait for it, or end that process");
            await Task.Delay(s_poll, ct);
        }

        return null;
    }

    /// <summary>The new server once it answers; null when another process started one first.</summary>
    async Task<PostgresEndpoint?> TryStartAsync(Deadline deadline, bool hasOtherUsers, CancellationToken ct)
    {
        HostClaim.Claim(folder, account, hasOtherUsers);
        var stale = PidFile.Read(folder.PidFile);
        if (stale is not null && PostgresProcesses.Exists(stale.Process)) PidFile.Disown(folder.PidFile, account);
        var lastPort = stale?.Port ?? 0;
        folder.TrimLog();

        var orphans = Deadline.In(s_orphanLimit);
        while (true)
        {
            var socket = OperatingSystem.IsWindows() ? null : await SocketFolder.OpenAsync(folder.Root, account, ct);
            var port = socket is null ? FreePort(preferred: lastPort) : PostgresEndpoint.SocketPort;
            var endpoint = new PostgresEndpoint(socket ?? IPAddress.Loopback.ToString(), port, Password());
            var logged = folder.LogLength;
            var result =
                await PgCtlAsync(["start", "-w", "-t", Seconds(deadline.Left), "-l", folder.Log, "-o", StartOptions(socket, endpoint.Port)],
                    deadline.Left, ct);
            if (result.Ok)
            {
                log.ServerStarted(endpoint.Host);
                return endpoint;
            }

            // If another starter was killed while starting, its server may write its pid file only now.
            if (Running() is not null && !deadline.IsOver) return null;
            if (deadline.IsOver || !folder.LogSince(logged).Contains("pre-existing shared memory block", StringComparison.Ordinal))
                throw new UserException(
                    ExitCode.DatabaseUnavailable, $"the private database in {folder.Data} does not start{Quoted(logged)}: see " +
                    $"{folder.Log}, or set Rebase:Database:ConnectionString to your own server");
            if (orphans.IsOver) EndOrphans();
            await Task.Delay(s_poll, ct);
        }
    }

    // A shell reads the options: it needs single quotes, and double quotes on Windows.
    string StartOptions(string? socketFolder, int port)
    {
        List<string> settings =
        [
            string.Create(CultureInfo.InvariantCulture, $"port={port}"),
            $"listen_addresses={(socketFolder is null ? IPAddress.Loopback : "")}",
            socketFolder is null ? "unix_socket_directories=" : $"unix_socket_directories=\"{socketFolder}\"",
            "unix_socket_permissions=0700",
            .. options.Durable ? (string[])[] : ["fsync=off", "full_page_writes=off"],
        ];
        return string.Join(' ', settings.Select(setting => OperatingSystem.IsWindows()
            ? $"-c \"{setting}\""
            : $"-c '{setting.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
    }

    // Their postmaster is gone, so these processes can no longer commit anything; their clients have lost the connection.
    void EndOrphans()
    {
        foreach (var process in PostgresProcesses.Of(folder.Data))
        {
            log.ServerOrphanEnded(process);
            PostgresProcesses.Kill(process);
        }
    }

    async Task<bool> TryStopAsync(string mode, TimeSpan limit, CancellationToken ct) =>
        (await PgCtlAsync(["stop", "-w", "-m", mode, "-t", Seconds(limit)], limit + s_immediateLimit, ct)).Ok;

    // No committed work is lost: the next start replays the log.
    async Task KillAsync(CancellationToken ct)
    {
        if (Running() is not { } pid) return;
        foreach (var process in (int[])[pid.Process, .. PostgresProcesses.Of(folder.Data)]) PostgresProcesses.Kill(process);

        var deadline = Deadline.In(s_killLimit);
        while (Running() is not null)
        {
            if (deadline.IsOver)
                throw new UserException(
                    ExitCode.DatabaseUnavailable, $"the private database (process {pid.Process}) does not answer and can't be ended by " +
                    "this program: end that process");
            await Task.Delay(s_poll, ct);
        }
    }

    async Task<ToolResult> PgCtlAsync(IEnumerable<string> arguments, TimeSpan limit, CancellationToken ct)
    {
        var start = account.Start(binaries.PgCtl, folder.Root, [.. arguments, "-D", folder.Data]);
        // On Windows the server would inherit this process's ends of the pipes and keep them open.
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

    string Quoted(long since)
    {
        var lines = folder.LogSince(since).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // The last line always says that the server is shut down; the reason stands before it.
        var line = lines.LastOrDefault(
            line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("PANIC:", StringComparison.Ordinal));
        return (line ?? lines.LastOrDefault()) is { } quote ? $" (its log says \"{quote}\")" : "";
    }

    static string Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    // After a crash the same port is used again, because other processes still hold connection strings with it.
    static int FreePort(int preferred)
    {
        foreach (var port in (int[])[preferred, 0])
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException) when (port != 0)
            {
                // Another program has the port by now.
            }
        }

        throw new UserException(
            ExitCode.DatabaseUnavailable, "the private database finds no free port: set Rebase:Database:ConnectionString to your own " +
            "server");
    }
}
