using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>
/// The names under which Prometheus stores an instrument that came by OTLP:
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics
/// </summary>
static partial class PrometheusNames
{
    public static IEnumerable<string> Of(Instrument instrument)
    {
        // A unit in braces is a note. Of those that are none the program has seconds only.
        var name = Illegal().Replace(instrument.Name, "_") + (instrument.Unit is "s" ? "_seconds" : "");
        var kind = instrument.GetType().GetGenericTypeDefinition();
        if (kind == typeof(Histogram<>)) return [$"{name}_bucket", $"{name}_sum", $"{name}_count"];
        return kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? [$"{name}_total"] : [name];
    }

    [GeneratedRegex("[^a-zA-Z0-9:]+")]
    private static partial Regex Illegal();
}
