using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Platform.Telemetry;

/// <summary>
/// Logs that the export fails; OpenTelemetry reports this to its event source only. Not every time, because it tries every few seconds.
/// </summary>
sealed class ExportFaults(ILogger log, TimeProvider time) : EventListener
{
    const int Minutes = 10;

    long _saidAt;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol") EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base constructor may raise events before the fields of this class are set.
        if (log is null) return;
        var (now, said) = (time.GetTimestamp(), Volatile.Read(ref _saidAt));
        if (said != 0 && time.GetElapsedTime(said, now).TotalMinutes < Minutes) return;
        if (Interlocked.CompareExchange(ref _saidAt, now, said) == said) log.TelemetryNotExported(Minutes, Sentence(eventData));
    }

    // An exception among the arguments is shown by its first line, without its stack.
    static string Sentence(EventWrittenEventArgs told)
    {
        object[] arguments = [.. (told.Payload ?? []).Select(argument => (argument?.ToString() ?? "").Split('\n')[0].TrimEnd())];
        return told.Message is { } message ? string.Format(null, message, arguments) : $"{told.EventName} {string.Join(' ', arguments)}";
    }
}
