using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <content>Models on servers.</content>
static partial class Log
{
    // 1400 to 1499: models on servers

    [LoggerMessage(EventId = 1400, Level = LogLevel.Warning,
        Message = "{Model}: the server {Endpoint} gets no requests until it answers again: {Reason}")]
    public static partial void ReplicaAway(this ILogger log, string model, string endpoint, string reason);

    [LoggerMessage(EventId = 1401, Level = LogLevel.Information,
        Message = "{Model}: the server {Endpoint} answers again, after {Seconds:F0} s")]
    public static partial void ReplicaBack(this ILogger log, string model, string endpoint, double seconds);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Error,
        Message = "{Model}: its batches go back and are tried again later: {Reason}")]
    public static partial void NoReplica(this ILogger log, string model, string reason);
}
