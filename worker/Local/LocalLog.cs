using Microsoft.Extensions.Logging;

namespace RebaseBatch.Local;

/// <summary>What the private server's keepers have to say. Events 400 to 499.</summary>
static partial class LocalLog
{
    [LoggerMessage(EventId = 401, Level = LogLevel.Information, Message = "creating a private PostgreSQL database in {Folder}")]
    public static partial void CreatingDatabase(ILogger log, string folder);

    [LoggerMessage(EventId = 402, Level = LogLevel.Debug, Message = "PostgreSQL started, socket or port at {Host}")]
    public static partial void Started(ILogger log, string host);

    [LoggerMessage(EventId = 403, Level = LogLevel.Debug, Message = "PostgreSQL was already running as process {Process}")]
    public static partial void Reused(ILogger log, int process);

    [LoggerMessage(EventId = 404, Level = LogLevel.Debug, Message = "PostgreSQL stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(EventId = 405, Level = LogLevel.Warning, Message = "PostgreSQL (process {Process}) is running but {Complaint}: restarting it")]
    public static partial void Restarting(ILogger log, int process, string complaint);

    [LoggerMessage(EventId = 406, Level = LogLevel.Warning, Message = "PostgreSQL's process {Process} was left over from a server that died: ending it")]
    public static partial void EndingOrphan(ILogger log, int process);

    [LoggerMessage(EventId = 407, Level = LogLevel.Warning, Message = "PostgreSQL could not be stopped: {Reason}")]
    public static partial void NotStopped(ILogger log, string reason);
}
