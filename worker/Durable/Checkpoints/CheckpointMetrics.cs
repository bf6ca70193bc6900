using System.Diagnostics.Metrics;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>What storing steps costs. A failed checkpoint is sent again and counts when the database took it.</summary>
sealed class CheckpointMetrics(Meter meter)
{
    readonly Histogram<double> _duration = meter.CreateHistogram(
        "rebasebatch.checkpoint.duration", "s", "Time that the database took for a checkpoint.",
        tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        });

    readonly Histogram<int> _rows = meter.CreateHistogram("rebasebatch.checkpoint.rows", "{row}", "Steps in a checkpoint.", tags: null,
        new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000] });

    public void Stored(int rows, TimeSpan taken)
    {
        _duration.Record(taken.TotalSeconds);
        _rows.Record(rows);
    }
}
