using System.Diagnostics.Metrics;

namespace RebaseBatch.Durable.Leases;

/// <summary>How safely this worker holds its batches.</summary>
sealed class LeaseMetrics(Meter meter)
{
    readonly Counter<long> _lost = meter.CreateCounter<long>(
        "rebasebatch.lease.lost", "{lease}", "Batches that this worker stopped because another one holds them, or may hold them.");

    readonly Histogram<double> _lag = meter.CreateHistogram("rebasebatch.lease.renew.lag", "s",
        "Time from when a renewal was due to when the database confirmed it; the first one after an outage includes the outage.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });

    public void Lost() => _lost.Add(1);

    public void Renewed(TimeSpan lag) => _lag.Record(Math.Max(0, lag.TotalSeconds));
}
