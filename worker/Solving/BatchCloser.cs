using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>
/// Closes a batch for its worker: stores the last steps, then completes the batch, gives it back, or ends a failed attempt.
/// </summary>
sealed class BatchCloser(
    LeaseStore leases, ResultStore results, Completions completions, UnansweredNotices notices, MachineLacks lacks,
    WorkerOptions options, TimeProvider time, ILogger<BatchCloser> log)
{
    readonly RepeatedFault _away = new("storing the end of a batch", time, log);

    /// <summary>Stores what is due, then completes the batch if everything is solved, and gives it back if the work was stopped.</summary>
    /// <param name="solving">The ended work on all problems. Its failure is thrown after the steps are stored.</param>
    /// <param name="lost">Cancelled when the lease is lost: ends the wait for a database that is away.</param>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task<BatchOutcome> CloseAsync(BatchRun run, Task solving, CancellationToken lost)
    {
        lost.ThrowIfCancellationRequested();
        // All nodes before the result: the usage in it is the sum over stored nodes.
        if (!await UntilAvailableAsync(() => run.Writer.FlushAsync(CancellationToken.None))) return BatchOutcome.LeaseLost;
        if (!solving.IsCanceled)
        {
            await solving;
            // A crash before this commit: the batch is claimed again, and every search is complete in its nodes.
            // A crash after it: the batch is over; the outbox writes its files.
            if (!await UntilAvailableAsync(() => completions.CompleteAsync(run.Lease, [.. run.Solved])))
                return BatchOutcome.LeaseLost;
            lacks.Served(run.Lease.JobId, run.Lease.Spec);
            await NoticeAsync(run);
            return BatchOutcome.Completed;
        }

        // A crash before the release: the lease runs out and another worker resumes a little later.
        return await UntilAvailableAsync(() => leases.ReleaseAsync(run.Lease, CancellationToken.None)) switch
        {
            ReleaseState.Released => BatchOutcome.Drained,
            // The job was cancelled, before the stop or after it: the solved problems keep their results.
            ReleaseState.CancelRequested
                when await UntilAvailableAsync(() => results.CancelAsync(run.Lease, [.. run.Solved], CancellationToken.None))
                => BatchOutcome.Cancelled,
            _ => BatchOutcome.LeaseLost,
        };

        // The statements themselves find out that the lease is lost. A renewal right after a commit finds the batch no longer running. That
        // must not count as a loss before this worker knows of its commit: a loss only ends the wait for another try.
        Task<T> UntilAvailableAsync<T>(Func<Task<T>> write) => DatabaseRetry.UntilAvailableAsync(write, _away, time, log, lost);
    }

    // The batch is committed. What can't be said now is said by the next batch without an answer, or at the job's end.
    async Task NoticeAsync(BatchRun run)
    {
        if (run.Solved.All(result => result.Answer.UnansweredCause is null)) return;
        try
        {
            await notices.BatchEndedAsync(run.Lease.JobId, CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            log.DatabaseAway(0, e.Message);
        }
    }

    /// <summary>
    /// Ends an attempt that failed. A batch goes back uncounted when this machine can't serve it, when the database lost commits under its
    /// lease, and the first time its engine stopped. Any other is tried again later, or discarded after its last attempt. Throws nothing.
    /// </summary>
    public async Task<BatchOutcome> FailAsync(BatchLease lease, Exception failure)
    {
        if (failure is RewoundException)
        {
            log.CommitsLost(lease.JobId, lease.BatchNo, failure.Message);
            if (await GiveBackAsync(lease, ReleaseReason.Rewound, BatchOutcome.Rewound) is { } ended) return ended;
        }

        if (MachineFaults.Of(failure) is { } fault)
        {
            lacks.Add(lease, fault);
            log.BatchGivenBack(lease.JobId, lease.BatchNo, fault.Message);
            return await GiveBackAsync(lease, ReleaseReason.LeftToOthers, BatchOutcome.MachineFault) ?? BatchOutcome.LeaseLost;
        }

        if (failure is EngineFaultException)
        {
            lacks.EngineStopped(lease, failure.Message);
            // The batches beside it stopped as well, and one of them may be why. Each runs alone the next time, and only then it counts.
            if (!lease.IsAlone)
            {
                log.BatchGivenBack(lease.JobId, lease.BatchNo, failure.Message);
                return await GiveBackAsync(lease, ReleaseReason.Suspect, BatchOutcome.MachineFault) ?? BatchOutcome.LeaseLost;
            }
        }

        var hasPlainReason = failure is UserException || DatabaseFaults.IsUnavailable(failure);
        log.BatchFailed(lease.JobId, lease.BatchNo, lease.Attempt, failure.Message, hasPlainReason ? null : failure);
        try
        {
            var backoff = options.Retry.After(lease.Attempt);
            return await leases.FailAsync(lease, failure.Message, backoff, CancellationToken.None)
                ? BatchOutcome.Failed : BatchOutcome.LeaseLost;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The database is away too: the lease runs out, and the reaper ends the attempt.
            log.BatchFailureNotStored(lease.BatchId, e.Message);
            return BatchOutcome.LeaseLost;
        }
    }

    // A crash before the release: the lease runs out, and the attempt counts as that of a worker that died.
    /// <returns>Null: the lease is lost, or the batch was given back as rewound too often.</returns>
    async Task<BatchOutcome?> GiveBackAsync(BatchLease lease, ReleaseReason reason, BatchOutcome outcome)
    {
        try
        {
            return await leases.ReleaseAsync(lease, reason, CancellationToken.None) switch
            {
                ReleaseState.Released => outcome,
                // Nobody will go on with the batch. The answers of this attempt may rest on steps that are not stored.
                ReleaseState.CancelRequested when await results.CancelAsync(lease, [], CancellationToken.None) => BatchOutcome.Cancelled,
                _ => null,
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.BatchFailureNotStored(lease.BatchId, e.Message);
            return BatchOutcome.LeaseLost;
        }
    }
}
