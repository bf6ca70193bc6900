using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <content>Jobs from messages.</content>
static partial class Log
{
    // 1100 to 1199: jobs from messages

    [LoggerMessage(EventId = 1100, Level = LogLevel.Information,
        Message = "this worker also takes jobs from {Queue}, one message whenever it has free capacity")]
    public static partial void IntakeBegun(this ILogger log, string queue);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "no message can be received from {Queue} for now: {Reason}")]
    public static partial void IntakeQueueFailed(this ILogger log, string queue, string reason, Exception? e);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "message {MessageId} is job {JobId}, {How}")]
    public static partial void MessageAccepted(this ILogger log, string messageId, long? jobId, string how);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Error,
        Message = "message {MessageId} is moved to the dead letters, {Reason}: {Detail}")]
    public static partial void MessageRefused(this ILogger log, string messageId, string reason, string detail);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Warning,
        Message = "message {MessageId} goes back into the queue (delivery {Delivery}): {Reason}")]
    public static partial void MessageDeferred(this ILogger log, string messageId, int delivery, string reason);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Warning,
        Message = "message {MessageId} could not be settled, so the queue delivers it again: {Reason}")]
    public static partial void MessageUnsettled(this ILogger log, string messageId, string reason);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Warning, Message = "the lock of message {MessageId} is not renewed any more: {Reason}")]
    public static partial void MessageLockLost(this ILogger log, string messageId, string reason);

    [LoggerMessage(EventId = 1107, Level = LogLevel.Error, Message = "a fault of this program stopped the intake of message {MessageId}")]
    public static partial void MessageFault(this ILogger log, string messageId, Exception e);

    [LoggerMessage(EventId = 1108, Level = LogLevel.Warning,
        Message = "message {MessageId} can't become a job now (delivery {Delivery}): this worker holds it for up to {Minutes:F1} min and " +
            "goes on with the next: {Reason}")]
    public static partial void MessageWaits(this ILogger log, string messageId, int delivery, double minutes, string reason);

    [LoggerMessage(EventId = 1109, Level = LogLevel.Error,
        Message = "no message can be received from {Queue} until somebody corrects this: {Reason}")]
    public static partial void IntakeQueueRefused(this ILogger log, string queue, string reason);

    [LoggerMessage(EventId = 1110, Level = LogLevel.Error,
        Message = "a message of {Queue} can't be read, and the next one is taken: {Reason}")]
    public static partial void MessageUnreadable(this ILogger log, string queue, string reason);

    [LoggerMessage(EventId = 1111, Level = LogLevel.Information, Message = "the dataset of message {MessageId}: {Summary}")]
    public static partial void MessageDataset(this ILogger log, string messageId, string summary);
}
