using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>What operators see of a batch: log entries and their scope, a span, metrics.</summary>
sealed class BatchTelemetry(BatchMetrics metrics, ILogger<BatchRunner> log)
{
    /// <summary>The worker begins to work on the batch. Log entries and spans belong to it until the result is disposed.</summary>
    public Watch Begin(BatchLease lease) => new(lease, metrics, log);

    /// <summary>One batch, while the worker has it.</summary>
    public sealed class Watch : IDisposable
    {
        readonly BatchLease _lease;
        readonly BatchMetrics _metrics;
        readonly ILogger _log;
        readonly IDisposable? _scope;
        readonly Activity? _span;
        readonly long _begun;

        internal Watch(BatchLease lease, BatchMetrics metrics, ILogger log)
        {
            (_lease, _metrics, _log) = (lease, metrics, log);
            _scope = BatchScopes.Batch(log, lease);
            _span = BatchSpans.Batch(lease);
            _begun = metrics.Begin();
            log.BatchClaimed(lease.JobId, lease.BatchNo, lease.Attempt);
        }

        public void Failed(Exception failure) => _span?.Fail(failure);

        public void Ended(BatchOutcome outcome)
        {
            _metrics.End(_begun, outcome);
            var name = StoredNames.Of(outcome);
            _span?.SetTag("outcome", name);
            _log.BatchEnded(_lease.JobId, _lease.BatchNo, name);
        }

        public void Dispose()
        {
            _span?.Dispose();
            _scope?.Dispose();
        }
    }
}
