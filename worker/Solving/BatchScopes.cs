using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Solving;

/// <summary>
/// The batch and the problem that log entries belong to. The names are fields of every entry in the scope, and collectors query them. In
/// JSON logs they are <c>job_id</c> and so on.
/// </summary>
static class BatchScopes
{
    static readonly Func<ILogger, long, int, long, long, int, IDisposable?> s_batch =
        LoggerMessage.DefineScope<long, int, long, long, int>(
            "job {JobId} batch {BatchNo} ({BatchId}) epoch {LeaseEpoch} attempt {Attempt}");

    static readonly Func<ILogger, long, IDisposable?> s_problem = LoggerMessage.DefineScope<long>("problem {ProblemId}");

    public static IDisposable? Batch(ILogger log, BatchLease lease) =>
        s_batch(log, lease.JobId, lease.BatchNo, lease.BatchId, lease.Epoch, lease.Attempt);

    public static IDisposable? Problem(ILogger log, BatchProblem problem) => s_problem(log, problem.ProblemId);
}
