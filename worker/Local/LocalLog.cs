using Microsoft.Extensions.Logging;

namespace RebaseBatch.Local;

static partial class LocalLog
{
    [LoggerMessage(4001, LogLevel.Information, "Creating a private PostgreSQL database in {Folder}")]
    public static partial void CreatingDatabase(ILogger log, string folder);

    [LoggerMessage(4002, LogLevel.Debug, "PostgreSQL started, socket or port at {Host}")]
    public static partial void Started(ILogger log, string host);

    [LoggerMessage(4003, LogLevel.Debug, "PostgreSQL was already running as process {Process}")]
    public static partial void Reused(ILogger log, int process);

    [LoggerMessage(4004, LogLevel.Debug, "PostgreSQL stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(4005, LogLevel.Warning, "PostgreSQL (process {Process}) is running but {Complaint}: restarting it")]
    public static partial void Restarting(ILogger log, int process, string complaint);

    [LoggerMessage(4006, LogLevel.Warning, "PostgreSQL's process {Process} was left over from a server that died: ending it")]
    public static partial void EndingOrphan(ILogger log, int process);

    [LoggerMessage(4007, LogLevel.Warning, "PostgreSQL could not be stopped: {Reason}")]
    public static partial void NotStopped(ILogger log, string reason);
}
