using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Worker;

/// <summary>A worker's log: stderr only, as stdout is for data.</summary>
static class LogOutput
{
    public static void Configure(ILoggingBuilder logging, LogFormat format, bool verbose, bool colour)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format is LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.IncludeScopes = true;
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
            return;
        }
        logging.AddSimpleConsole(text =>
        {
            text.SingleLine = true;
            text.TimestampFormat = "HH:mm:ss ";
            text.ColorBehavior = colour ? LoggerColorBehavior.Default : LoggerColorBehavior.Disabled;
        });
    }
}
