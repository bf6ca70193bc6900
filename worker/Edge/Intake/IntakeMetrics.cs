using System.Diagnostics.Metrics;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// How long the intake of a message takes, and how it ends. Name and tags are OpenTelemetry's for messaging; the outcome is ours.
/// </summary>
sealed class IntakeMetrics(Meter meter)
{
    readonly Histogram<double> _duration =
        meter.CreateHistogram("messaging.process.duration", "s", "Time from a message's receipt to its settlement, by outcome.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300] });

    readonly UpDownCounter<int> _waiting = meter.CreateUpDownCounter<int>(
        "rebasebatch.intake.waiting", "{message}", "Messages that this worker holds because they can't become jobs now.");

    readonly Counter<long> _faults = meter.CreateCounter<long>(
        "rebasebatch.intake.queue.faults", "{fault}", "Times that the queue of messages gave no answer, by kind: refused, away.");

    /// <summary>The queue could not be asked for messages.</summary>
    public void QueueFailed(bool isRefused) => _faults.Add(1, new KeyValuePair<string, object?>("kind", isRefused ? "refused" : "away"));

    /// <param name="change">1 when a message begins to wait, -1 when it is tried again or ends.</param>
    public void Waits(int change) => _waiting.Add(change);

    /// <param name="took">The time until the queue was told how the message ended, or could not be told.</param>
    public void Processed(TimeSpan took, MessageEnd end) => _duration.Record(took.TotalSeconds,
        new("messaging.system", "servicebus"), new("messaging.operation.name", "process"), new("outcome", NameOf(end)));

    static string NameOf(MessageEnd end) => end switch
    {
        MessageEnd.Accepted { IsNew: true } => "accepted",
        MessageEnd.Accepted => "known",
        MessageEnd.Refused => "refused",
        _ => "deferred",
    };
}
