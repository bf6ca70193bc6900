using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Results;

/// <summary>The results of a job so far.</summary>
/// <param name="Files">The canonical result files, by batch.</param>
sealed record JobReport(JobProgress Progress, JobTotals Totals, IReadOnlyList<AccuracyRecord> Accuracy, IReadOnlyList<BlobRow> Files)
{
    public long JobId => Progress.JobId;

    /// <summary>Seconds from the first claim to the end, or to now.</summary>
    public double? WallSeconds(TimeProvider time) => ((Progress.FinishedAt ?? time.GetUtcNow()) - Progress.StartedAt)?.TotalSeconds;

    /// <summary>Whether the job's own answers come from this vote.</summary>
    public bool IsOwnVote(AccuracyRecord vote) =>
        vote.Method == Totals.Spec.Voting && (vote.Aggregation is null || vote.Aggregation == Totals.Spec.Aggregation);

    /// <exception cref="UserException">NotFound: no such job.</exception>
    public static async Task<JobReport> ReadAsync(NpgsqlDataSource db, long jobId, CancellationToken ct)
    {
        var results = new ResultQueries(db);
        var progress = await new JobStore(db).ProgressAsync(jobId, ct) ?? throw NotFound.Job(jobId);
        var totals = await results.TotalsAsync(jobId, ct) ?? throw NotFound.Job(jobId);
        return new(progress, totals, await results.AccuracyAsync(jobId, ct), await results.BlobsAsync(jobId, ct));
    }
}
