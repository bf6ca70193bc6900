using System.Diagnostics.Metrics;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Leases;

namespace RebaseBatch.Solving;

/// <summary>The batches that this worker has and how they end.</summary>
sealed class BatchMetrics
{
    readonly LeaseMetrics _leases;
    readonly TimeProvider _time;
    readonly Histogram<double> _duration;
    readonly Counter<long> _rewound;
    int _active;

    public BatchMetrics(Meter meter, LeaseMetrics leases, TimeProvider time)
    {
        (_leases, _time) = (leases, time);
        _duration = meter.CreateHistogram(
            "rebasebatch.batch.duration", "s", "Time from a batch's claim to its end here, by outcome.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400] });
        _rewound = meter.CreateCounter<long>("rebasebatch.checkpoint.rewound", "{batch}",
            "Batches that this worker gave back because the database had lost stored steps.");
        meter.CreateObservableUpDownCounter("rebasebatch.batches.active", () => Volatile.Read(ref _active), "{batch}",
            "Batches that this worker has.");
    }

    /// <summary>The worker has a new batch.</summary>
    /// <returns>The timestamp to pass to <see cref="End"/>.</returns>
    public long Begin()
    {
        Interlocked.Increment(ref _active);
        return _time.GetTimestamp();
    }

    public void End(long begun, BatchOutcome outcome)
    {
        Interlocked.Decrement(ref _active);
        if (outcome is BatchOutcome.LeaseLost) _leases.Lost();
        if (outcome is BatchOutcome.Rewound) _rewound.Add(1);
        _duration.Record(_time.GetElapsedTime(begun).TotalSeconds, new KeyValuePair<string, object?>("outcome", StoredNames.Of(outcome)));
    }
}
