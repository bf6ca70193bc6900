using RebaseBatch.Platform.Text;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Remarks, in words, on where a job stands.</summary>
static class JobRemarks
{
    const int NamedWorkers = 3;

    /// <summary>Null when the figures say everything.</summary>
    public static string? Of(JobProgress progress) => progress switch
    {
        { Ended: true } => null,
        { Batches: var batches, FilesError: { } error } when batches.Ended == batches.All => $"result files wait: {error}",
        { Batches: var batches } when batches.Ended == batches.All => "result files are being written",
        { IsPaused: true, Workers.Count: 0 } => $"paused: 'rebase jobs resume {progress.JobId}' lets it go on",
        { IsQueuePaused: true, Workers.Count: 0 } => "the queue is paused: 'rebase queue resume' lets it go on",
        { IsPaused: true } or { IsQueuePaused: true } =>
            $"pausing: its batches on {Workers(progress.Workers)} go back into the queue within seconds",
        { WaitsFor: [_, ..] jobs } => WaitsForText(jobs),
        { Workers.Count: 0, RunningWorkers: 0 } => "no worker is running: 'rebase worker run' starts one",
        { UnservedBecause: { } reason } => $"waiting, because no worker can serve it: {reason}",
        { Workers.Count: 0, Batches.Retryable: > 0 } => $"waiting after a failed attempt: {progress.OldestError}",
        { Workers.Count: 0, BatchesAhead: > 0 } =>
            $"waiting: {Count(progress.BatchesAhead, "batch", "batches")} of {Count(progress.JobsAhead, "job", "jobs")} before it",
        { Workers.Count: 0 } => "no worker has it",
        _ => $"on {Workers(progress.Workers)}",
    };

    /// <summary>At most three of the jobs by number; empty when there is none.</summary>
    public static string WaitsForText(IReadOnlyList<long> jobs) => jobs switch
    {
        [] => "",
        [var one] => $"waits for job {one}",
        { Count: <= 3 } => $"waits for jobs {string.Join(", ", jobs)}",
        _ => $"waits for jobs {string.Join(", ", jobs.Take(3))} and {jobs.Count - 3} more",
    };

    static string Workers(IReadOnlyList<string> workers) => workers.Count > NamedWorkers
        ? $"{string.Join(", ", workers.Take(NamedWorkers))} and {workers.Count - NamedWorkers} more" : string.Join(", ", workers);

    static string Count(int count, string one, string many) => $"{HumanText.Of(count)} {(count == 1 ? one : many)}";
}
