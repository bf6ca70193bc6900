using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Commands.Worker;

/// <summary>A worker's log. It goes to stderr only, because stdout is for data.</summary>
static class LogOutput
{
    public static void Configure(ILoggingBuilder logging, LogFormat format, string worker, bool verbose, bool colour)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format is LogFormat.Json)
        {
            // Empty while no collector receives traces.
            const ActivityTrackingOptions Ids = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId;
            logging.Configure(options => options.ActivityTrackingOptions = Ids);
            logging.Services.AddSingleton<ConsoleFormatter>(new JsonLines(worker, TimeProvider.System));
            logging.AddConsole(console => console.FormatterName = JsonLines.FormatName);
            return;
        }
        logging.Services.AddSingleton<ConsoleFormatter>(new TextLines(TimeProvider.System, colour && !Console.IsErrorRedirected));
        logging.AddConsole(console => console.FormatterName = TextLines.FormatName);
    }
}
