using System.Diagnostics;

namespace RebaseBatch.Platform.Telemetry;

/// <summary>
/// The program's spans: one for each batch, search, checkpoint, outbox write and model load; none for a token or decode call. None is made
/// while nobody listens. They carry numbers, names of models and types of faults, and never the text of a prompt, an answer or an error.
/// </summary>
static class Spans
{
    public const string SourceName = "RebaseBatch";

    /// <summary>The meter of all instruments of this program.</summary>
    public const string MeterName = "RebaseBatch";

    static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins a span under the caller's current one; it ends when it is disposed.</summary>
    /// <returns>Null while nobody listens.</returns>
    public static Activity? Start(string name) => s_source.StartActivity(name);

    /// <summary>Marks the span as failed, with the fault's type.</summary>
    public static void Fail(this Activity span, Exception fault)
    {
        span.SetStatus(ActivityStatusCode.Error);
        span.SetTag("error.type", fault.GetType().FullName);
    }
}
