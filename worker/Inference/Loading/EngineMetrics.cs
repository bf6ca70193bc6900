using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Loading;

/// <summary>
/// What the engines do, as instruments of the meter <c>RebaseBatch</c>, tagged with <c>model</c> and <c>role</c> (policy, reward or
/// embedding). A model is measured from its loading until it is unloaded; when it is loaded again, it counts from 0. The names follow
/// OpenTelemetry and contain no unit.
/// </summary>
/// <remarks>
/// The fill of the batches is the rate of <c>rebasebatch.tokens</c> divided by the rate of <c>rebasebatch.decode.capacity</c>.
/// </remarks>
sealed class EngineMetrics : IHostedService
{
    readonly Meter _meter;
    readonly Func<IReadOnlyList<ILoadedModel>> _loaded;

    /// <param name="loaded">The models that are ready, queried at each observation.</param>
    public EngineMetrics(Meter meter, Func<IReadOnlyList<ILoadedModel>> loaded)
    {
        (_meter, _loaded) = (meter, loaded);
        Count("rebasebatch.tokens", "{token}", "Tokens that went through the model.", sum => sum.Tokens);
        Count("rebasebatch.decode.calls", "{call}", "Decode calls.", sum => sum.Decodes);
        Count("rebasebatch.decode.capacity", "{token}", "Tokens that the decode calls had room for.", sum => sum.BatchCapacity);
        Count("rebasebatch.decode.branches", "{branch}", "Sequences in all decode calls together.", sum => sum.Sequences);
        Count("rebasebatch.decode.reencoded", "{token}", "Tokens that had been encoded before.", sum => sum.Reencoded);
        Count("rebasebatch.decode.busy", "s", "Time inside the model, over all its contexts.", sum => sum.Busy.TotalSeconds);
        Count("rebasebatch.cache.evictions", "{prefix}", "Kept prefixes evicted to make room.", sum => sum.Evictions);
        Count("rebasebatch.cache.preemptions", "{branch}", "Running sequences preempted to free their cells.", sum => sum.Preemptions);
        Level("rebasebatch.cache.used", "{cell}", "KV cells in use.", sum => sum.Load.CellsUsed);
        Level("rebasebatch.cache.limit", "{cell}", "All KV cells.", sum => sum.Load.Cells);
        Level("rebasebatch.requests.waiting", "{request}", "Requests with a sequence that waits to be admitted.", sum => sum.Load.Waiting);
    }

    /// <summary>The constructor makes the instruments: a host only has to create this service and keep it.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Count<T>(string name, string unit, string description, Func<EngineStatistics, T> figure) where T : struct =>
        _meter.CreateObservableCounter(name, () => Measure(figure), unit, description);

    void Level(string name, string unit, string description, Func<EngineStatistics, int> figure) =>
        _meter.CreateObservableUpDownCounter(name, () => Measure(figure), unit, description);

    // Two files may have one name. A reader would drop a series that has the same tags twice.
    IEnumerable<Measurement<T>> Measure<T>(Func<EngineStatistics, T> figure) where T : struct => _loaded()
        .GroupBy(model => (model.Identity.Name, model.Role), model => model.Statistics)
        .Select(models => new Measurement<T>(figure(models.Aggregate((sum, statistics) => sum + statistics)),
            new("model", models.Key.Name), new("role", StoredNames.Of(models.Key.Role))));
}
