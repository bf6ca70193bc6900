using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Leases;

namespace RebaseBatch.Solving;

/// <summary>
/// Runs one claimed batch to its end. Three things go on at once: the lease is renewed, finished steps are stored, and the problems are
/// solved. When one of them ends or fails, the others are stopped; then the batch is closed.
/// </summary>
sealed class BatchRunner(
    LeaseKeeper keeper, CheckpointWriters writers, JobSpendings spendings, BatchSolver solver, BatchCloser closer, BatchTelemetry telemetry,
    TimeProvider time)
{
    /// <summary>
    /// Works on the batch until it ends or <paramref name="drain"/> is cancelled. Throws nothing: every failure ends the lease.
    /// </summary>
    public async Task<BatchOutcome> RunAsync(BatchLease lease, CancellationToken drain)
    {
        using var watch = telemetry.Begin(lease);
        BatchOutcome outcome;
        try
        {
            outcome = await WorkAsync(lease, drain);
        }
        catch (Exception e)
        {
            watch.Failed(e);
            outcome = await closer.FailAsync(lease, e);
        }

        watch.Ended(outcome);
        return outcome;
    }

    async Task<BatchOutcome> WorkAsync(BatchLease lease, CancellationToken drain)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(drain);
        using var lost = new CancellationTokenSource();
        // Outlives the last checkpoint: until then it counts the batch's steps itself, afterwards it reads them with the stored ones.
        using var spending = spendings.Enter(lease);
        using var writer = writers.Open(lease);
        var run = new BatchRun(lease, writer, spending)
        {
            Deadline = lease.DeadlineIn is { } left ? new(left, time) : null,
        };
        var keeping = KeepAsync(lease, stop, lost);
        var writing = WriteAsync(writer, stop, lost);
        var solving = solver.SolveAsync(run, stop.Token);
        try
        {
            await solving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // From here on only the loss of the lease ends it early: what is finished gets stored, and a stop waits for it within its grace
            // time.
            return await closer.CloseAsync(run, solving, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            return BatchOutcome.LeaseLost;
        }
        finally
        {
            await stop.CancelAsync();
            await lost.CancelAsync();
            await Task.WhenAll(keeping, writing, solving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Renews until the worker has to give the batch up. Stops the work in any case: without renewals the work would be lost.
    /// </summary>
    async Task KeepAsync(BatchLease lease, CancellationTokenSource stop, CancellationTokenSource lost)
    {
        try
        {
            if (await keeper.KeepAsync(lease, lost.Token) == LeaseState.Lost) await lost.CancelAsync();
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <summary>
    /// Stores steps until the lease is lost. Stops the work on a fault too; the last flush meets that fault again and reports it.
    /// </summary>
    static async Task WriteAsync(CheckpointWriter writer, CancellationTokenSource stop, CancellationTokenSource lost)
    {
        try
        {
            await writer.RunUntilLostAsync(lost.Token);
            await lost.CancelAsync();
        }
        finally
        {
            await stop.CancelAsync();
        }
    }
}
