using System.Net;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <content>Jobs that wait for others, and actions on the page.</content>
static partial class Log
{
    // 1670 to 1699: waiting jobs, actions on the page

    [LoggerMessage(EventId = 1670, Level = LogLevel.Information, Message = "job {JobId}: all jobs that it waited for have ended")]
    public static partial void WaitingJobReleased(this ILogger log, long jobId);

    [LoggerMessage(EventId = 1671, Level = LogLevel.Warning, Message = "job {JobId} is cancelled: {Reason}")]
    public static partial void WaitingJobCancelled(this ILogger log, long jobId, string reason);

    [LoggerMessage(EventId = 1672, Level = LogLevel.Warning, Message = "a wrong token was given on the page, from {Address}")]
    public static partial void PageTokenWrong(this ILogger log, IPAddress address);

    [LoggerMessage(EventId = 1673, Level = LogLevel.Information, Message = "{Who} asked on the page, from {Address}: {Action} job {JobId}")]
    public static partial void PageAction(this ILogger log, string who, IPAddress? address, string action, long jobId);
}
