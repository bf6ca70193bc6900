using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>An OpenTelemetry collector of the test's own, on HTTP and protobuf: it keeps what it is sent.</summary>
sealed class Collector : IAsyncDisposable
{
    readonly WebApplication _server;
    readonly ConcurrentQueue<ProtoMessage> _metrics = new(), _traces = new();

    Collector(WebApplication server, int port)
    {
        _server = server;
        Endpoint = $"http://127.0.0.1:{port}";
    }

    public string Endpoint { get; }

    public bool HasHeard => !_metrics.IsEmpty || !_traces.IsEmpty;

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        var port = FreePort.Take();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders();
        var collector = new Collector(builder.Build(), port);
        collector._server.Run(collector.TakeAsync);
        await collector._server.StartAsync();
        return collector;
    }

    /// <summary>The variables that make a process send here, soon and often.</summary>
    public static Dictionary<string, string> Variables(string endpoint) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    // ExportMetricsServiceRequest: 1 resource_metrics { 1 resource { 1 attributes }, 2 scope_metrics { 1 scope { 1 name }, 2 metrics { 1
    // name, 3 unit } } }
    public IReadOnlyList<Dictionary<string, object>> Resources =>
        [.. _metrics.Concat(_traces).SelectMany(sent => sent.Messages(1)).SelectMany(of => of.Messages(1))
            .Select(resource => resource.Attributes(1))];

    /// <summary>Names of all metrics so far, by meter.</summary>
    public ILookup<string, string> Metrics => _metrics.SelectMany(sent => sent.Messages(1)).SelectMany(of => of.Messages(2))
        .SelectMany(scope => scope.Messages(2).Select(metric => (Meter: scope.Messages(1).Single().Text(1), Name: metric.Text(1))))
        .Distinct().ToLookup(metric => metric.Meter, metric => metric.Name);

    /// <summary>All spans so far.</summary>
    public IReadOnlyList<CollectedSpan> Spans =>
        [.. _traces.SelectMany(sent => sent.Messages(1)).SelectMany(of => of.Messages(2)).SelectMany(scope => scope.Messages(2))
            .Select(CollectedSpan.Of)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task TakeAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content);
        (context.Request.Path.Value switch
        {
            "/v1/metrics" => _metrics,
            "/v1/traces" => _traces,
            var other =>
            throw new InvalidDataException(other)
        }).Enqueue(new(content.ToArray()));
    }
}
