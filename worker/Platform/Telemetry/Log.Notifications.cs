using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <content>Notifications.</content>
static partial class Log
{
    // 1550 to 1599: notifications

    [LoggerMessage(EventId = 1550, Level = LogLevel.Information,
        Message = "schedule {Schedule}: {Address} was told, at attempt {Attempts}")]
    public static partial void NotificationDelivered(this ILogger log, string schedule, string address, int attempts);

    [LoggerMessage(EventId = 1551, Level = LogLevel.Warning,
        Message = "schedule {Schedule}: {Address} could not be told (attempt {Attempts}), this is tried again in {Seconds:F0} s: {Reason}")]
    public static partial void NotificationFailed(
        this ILogger log, string schedule, string address, int attempts, double seconds, string reason);

    [LoggerMessage(EventId = 1552, Level = LogLevel.Error,
        Message = "schedule {Schedule}: {Address} was not told, and this is not tried again: {Reason}")]
    public static partial void NotificationGivenUp(this ILogger log, string schedule, string address, string reason);
}
