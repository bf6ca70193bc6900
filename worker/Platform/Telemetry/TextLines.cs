using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Telemetry;

/// <summary>
/// The log for people, one line for each entry: <c>2026-11-30 17:37:46Z info: category[event id] message</c>, in UTC. Texts of others in it
/// give a terminal no orders and begin no line.
/// </summary>
/// <param name="colour">Whether the level is coloured, for a terminal.</param>
sealed class TextLines(TimeProvider time, bool colour) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "rebase-text";

    const string Reset = "\u001b[0m";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var at = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var (level, sign) = NameOf(logEntry.LogLevel);
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var text = logEntry.Exception is null ? message : $"{message} {logEntry.Exception}";
        textWriter.WriteLine($"{at} {(colour ? $"{sign}{level}{Reset}" : level)}: "
            + $"{logEntry.Category}[{logEntry.EventId.Id.ToString(CultureInfo.InvariantCulture)}] "
            + VisibleText.Line(text.ReplaceLineEndings(" ")));
    }

    // The words and colours of .NET's own console log.
    static (string Name, string Sign) NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => ("trce", "\u001b[37m"),
        LogLevel.Debug => ("dbug", "\u001b[37m"),
        LogLevel.Information => ("info", "\u001b[32m"),
        LogLevel.Warning => ("warn", "\u001b[1;33m"),
        LogLevel.Error => ("fail", "\u001b[1;31m"),
        _ => ("crit", "\u001b[1;37;41m"),
    };
}
