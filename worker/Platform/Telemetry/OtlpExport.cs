using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Telemetry;

/// <summary>
/// Sends metrics and traces to an OpenTelemetry collector. All settings come from the exporter: the standard <c>OTEL_*</c> variables of the
/// process. A collector that is away does not disturb the work: data that it does not accept is dropped.
/// </summary>
/// <param name="instance">Name of this worker.</param>
sealed class OtlpExport(string instance, TimeProvider time, ILogger<OtlpExport> log) : IHostedService, IDisposable
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // This time comes from the grace time that the work has not used.
    static readonly TimeSpan s_longestSend = TimeSpan.FromSeconds(5);

    MeterProvider? _metrics;
    TracerProvider? _traces;
    ExportFaults? _faults;

    static string? Endpoint => Environment.GetEnvironmentVariable(EndpointVariable);

    public static bool IsAskedFor => !string.IsNullOrWhiteSpace(Endpoint);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https"))
        {
            // The exporter would silently use its default address. The work must not wait until the variable is corrected.
            log.TelemetryAddressUnusable(EndpointVariable);
            return Task.CompletedTask;
        }
        _faults = new(log, time);
        var resource = Resource();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(Spans.MeterName, "Npgsql", "System.Runtime").AddOtlpExporter().Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Spans.SourceName).AddOtlpExporter().Build();
        log.TelemetryExported(collector.Host, collector.Port);
        return Task.CompletedTask;
    }

    /// <summary>Sends the remaining data, within the grace time and at most for a few seconds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Both calls block while they send. A late one continues in the background and ends with the process.
        var sending = Task.WhenAll(Task.Run(() => End(_metrics, metrics => metrics.Shutdown(Milliseconds)), CancellationToken.None),
            Task.Run(() => End(_traces, traces => traces.Shutdown(Milliseconds)), CancellationToken.None));
        try
        {
            await sending.WaitAsync(s_longestSend, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            log.TelemetryNotTaken();
        }
    }

    /// <summary><see cref="StopAsync"/> ends the providers, because their own disposal may block.</summary>
    public void Dispose() => _faults?.Dispose();

    static int Milliseconds => (int)s_longestSend.TotalMilliseconds;

    static void End<T>(T? provider, Action<T> shutDown) where T : class, IDisposable
    {
        if (provider is null) return;
        shutDown(provider);
        provider.Dispose();
    }

    // The environment comes last, so an operator's OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    ResourceBuilder Resource() => ResourceBuilder.CreateEmpty().AddTelemetrySdk()
        .AddService("rebasebatch", serviceVersion: ProgramVersion.Text, serviceInstanceId: instance)
        .AddEnvironmentVariableDetector();
}
