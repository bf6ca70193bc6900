using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace RebaseBatch.Platform.Telemetry;

/// <summary>
/// The log for collectors: one JSON object a line. The values that the entry's scopes and its message name (job_id, batch_no, problem_id
/// ...) are separate fields next to the message, in snake_case as in all JSON of the program.
/// </summary>
/// <param name="worker">Name of this worker, in every line.</param>
sealed class JsonLines(string worker, TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "rebase-json";

    // The template of a message or scope, which .NET adds to its values.
    const string Template = "{OriginalFormat}";

    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var fields = new Dictionary<string, object?>
        {
            ["timestamp"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["level"] = NameOf(logEntry.LogLevel),
            ["event_id"] = logEntry.EventId.Id,
            ["event"] = logEntry.EventId.Name,
            ["category"] = logEntry.Category,
            ["message"] = logEntry.Formatter(logEntry.State, logEntry.Exception),
            ["exception"] = logEntry.Exception?.ToString(),
            ["worker_id"] = worker,
        };
        scopeProvider?.ForEachScope(static (scope, fields) => Add(scope, fields), fields);
        Add(logEntry.State, fields);
        textWriter.WriteLine(Line(fields));
    }

    /// <summary>Adds the named values. Existing values stay: a message that names its job again says nothing new.</summary>
    static void Add(object? state, Dictionary<string, object?> fields)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> values) return;
        foreach (var (name, value) in values)
            if (name != Template) fields.TryAdd(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
    }

    static string Line(Dictionary<string, object?> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields)
                if (value is not null) Write(json, name, value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or byte:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case DateTimeOffset moment:
                json.WriteString(name, moment);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
