using System.Diagnostics;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>The spans of a batch and of its searches. Each method returns null while nobody listens.</summary>
static class BatchSpans
{
    public static Activity? Batch(BatchLease lease) => Spans.Start("batch")?
        .SetTag("job_id", lease.JobId).SetTag("batch_no", lease.BatchNo)
        .SetTag("lease_epoch", lease.Epoch).SetTag("attempt", lease.Attempt);

    /// <summary>A search counts as stopped until its outcome is known.</summary>
    public static Activity? Search(BatchLease lease, BatchProblem problem) => Spans.Start("search")?
        .SetTag("problem_id", problem.ProblemId).SetTag("width", lease.Spec.Width).SetTag("outcome", "stopped")
        .SetTag("strategy", StoredNames.Of(lease.Spec.Strategy));

    /// <summary>How far the search got, the steps of earlier attempts included.</summary>
    public static void Reached(this Activity span, SearchInFlight search) =>
        span.SetTag("steps", search.Steps).SetTag("tokens", search.SampledTokens);
}
