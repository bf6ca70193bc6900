using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <content>Verdicts on runs.</content>
static partial class Log
{
    // 1500 to 1549: verdicts on runs

    [LoggerMessage(EventId = 1500, Level = LogLevel.Information,
        Message = "schedule {Name}: sweep {SweepId} passes against its baseline, sweep {Baseline}: {Reason}")]
    public static partial void RunPassed(this ILogger log, string name, long sweepId, long baseline, string reason);

    [LoggerMessage(EventId = 1501, Level = LogLevel.Warning,
        Message = "schedule {Name}: sweep {SweepId} is {Answer} against its baseline, sweep {Baseline}: {Reason}")]
    public static partial void RunNotPassed(this ILogger log, string name, long sweepId, long baseline, string answer, string reason);
}
