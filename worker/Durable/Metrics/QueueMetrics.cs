using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Metrics;

/// <summary>
/// How much work waits. Reads the figures every few seconds while somebody listens, and not at all otherwise. Every worker reports the same
/// figures: take the greatest over workers, not their sum.
/// </summary>
sealed class QueueMetrics : EnduringService
{
    /// <summary>Time between queries.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // While the database is away there is no figure. The last one would be wrong.
    static readonly TimeSpan s_serves = 3 * Every;

    readonly QueueStore _store;
    readonly Instrument[] _instruments;
    volatile Look? _last;

    sealed record Look(QueueState State, long At);

    public QueueMetrics(Meter meter, QueueStore store, TimeProvider time, ServiceFaults faults, ILogger<QueueMetrics> log)
        : base("queue metrics", time, faults, log)
    {
        _store = store;
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

    protected override Backoff Pauses { get; } = new(Every, Every);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        if (!_instruments.Any(instrument => instrument.Enabled)) return Every;
        var asked = Time.GetTimestamp();
        _last = new(await _store.ReadAsync(stop), asked);
        return Every;
    }

    protected override void Tell(Exception fault)
    {
        if (fault is NpgsqlException) Logger.QueueDepthUnread(fault.Message);
        else base.Tell(fault);
    }

    IEnumerable<Measurement<T>> Observe<T>(Func<QueueState, T> figure) where T : struct =>
        _last is { } look && Time.GetElapsedTime(look.At) < s_serves ? [new(figure(look.State))] : [];
}
