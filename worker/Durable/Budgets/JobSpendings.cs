using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;

namespace RebaseBatch.Durable.Budgets;

/// <summary>The spending of every job with limits that this worker has a batch of. Batches of one job share one.</summary>
sealed class JobSpendings(CheckpointStore store, TimeSpan interval, TimeProvider time, ILogger<JobSpendings> log)
{
    readonly Lock _gate = new();
    readonly Dictionary<long, (JobSpending Spending, int Batches)> _jobs = [];

    /// <summary>
    /// Counts a batch's work into its job's spending until the result is disposed. Null for a job without limits: it needs no queries.
    /// </summary>
    public BatchSpending? Enter(BatchLease lease)
    {
        var limits = JobLimits.Of(lease.Spec);
        if (!limits.IsAny) return null;
        lock (_gate)
        {
            var (spending, batches) = _jobs.TryGetValue(lease.JobId, out var job)
                ? job
                : (new(lease.JobId, limits, store, interval, time, log), 0);
            spending.Limits = limits;
            _jobs[lease.JobId] = (spending, batches + 1);
            return new(spending, () => Leave(lease.JobId));
        }
    }

    void Leave(long jobId)
    {
        lock (_gate)
        {
            var (spending, batches) = _jobs[jobId];
            // The next batch of the job, if there is one, begins with a new query.
            if (batches == 1 && _jobs.Remove(jobId)) spending.Dispose();
            else _jobs[jobId] = (spending, batches - 1);
        }
    }
}
