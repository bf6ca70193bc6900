using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Metrics;

/// <summary>
/// How much work waits. Reads the figures every few seconds while somebody listens, and not at all otherwise. Every worker reports the same
/// figures: take the greatest over workers, not their sum.
/// </summary>
sealed class QueueMetrics : BackgroundService
{
    /// <summary>Time between queries.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // While the database is away there is no figure. The last one would be wrong.
    static readonly TimeSpan s_serves = 3 * Every;

    readonly QueueStore _store;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly Instrument[] _instruments;
    volatile Look? _last;

    sealed record Look(QueueState State, long At);

    public QueueMetrics(Meter meter, QueueStore store, TimeProvider time, ILogger<QueueMetrics> log)
    {
        (_store, _time, _log) = (store, time, log);
        _instruments =
        [
            meter.CreateObservableGauge(
                "rebasebatch.queue.depth", () => Observe(state => state.Depth), "{batch}",
                "Batches that could be claimed now, in the whole database."),
            meter.CreateObservableGauge(
                "rebasebatch.queue.oldest_age", () => Observe(state => state.OldestSeconds), "s",
                "How long the first of those batches has been due."),
            meter.CreateObservableGauge(
                "rebasebatch.outbox.due", () => Observe(state => state.OutboxDue), "{file_set}",
                "Batches and jobs whose result files are not written yet, in the whole database."),
            meter.CreateObservableGauge(
                "rebasebatch.queue.unserved", () => Observe(state => state.Unserved), "{batch}",
                "Of the batches that could be claimed now, those that no running worker can serve."),
        ];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, _time);
        do
        {
            if (_instruments.Any(instrument => instrument.Enabled)) await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task LookAsync(CancellationToken ct)
    {
        try
        {
            var asked = _time.GetTimestamp();
            _last = new(await _store.ReadAsync(ct), asked);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Catches faults of any kind: a missing figure must not end a worker.
            _log.QueueDepthUnread(e.Message);
        }
    }

    IEnumerable<Measurement<T>> Observe<T>(Func<QueueState, T> figure) where T : struct =>
        _last is { } look && _time.GetElapsedTime(look.At) < s_serves ? [new(figure(look.State))] : [];
}
