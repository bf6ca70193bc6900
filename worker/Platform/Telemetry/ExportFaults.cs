using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <summary>
/// Logs that the export fails; OpenTelemetry reports this to its event source only. It does not log every failure, because the export tries
/// every few seconds.
/// </summary>
sealed class ExportFaults(ILogger log, TimeProvider time) : EventListener
{
    const int Minutes = 10;

    long _loggedAt;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol") EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base constructor may raise events before the fields of this class are set.
        if (log is null) return;
        var (now, logged) = (time.GetTimestamp(), Volatile.Read(ref _loggedAt));
        if (logged != 0 && time.GetElapsedTime(logged, now).TotalMinutes < Minutes) return;
        if (Interlocked.CompareExchange(ref _loggedAt, now, logged) == logged) log.TelemetryNotExported(Minutes, Sentence(eventData));
    }

    // An exception among the arguments is shown by its first line, without its stack.
    static string Sentence(EventWrittenEventArgs fault)
    {
        object[] arguments = [.. (fault.Payload ?? []).Select(argument => (argument?.ToString() ?? "").Split('\n')[0].TrimEnd())];
        return fault.Message is { } message ? string.Format(null, message, arguments) : $"{fault.EventName} {string.Join(' ', arguments)}";
    }
}
