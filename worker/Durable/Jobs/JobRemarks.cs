namespace RebaseBatch.Durable.Jobs;

/// <summary>Remarks, in words, on where a job stands.</summary>
static class JobRemarks
{
    /// <summary>Null when the figures say everything.</summary>
    public static string? Of(JobProgress progress) => progress switch
    {
        { Ended: true } => null,
        { Batches: var batches } when batches.Ended == batches.All => "result files are being written",
        { WaitsFor: [_, ..] jobs } => WaitsForText(jobs),
        { UnservedBecause: { } reason } => $"waiting, because no worker can serve it: {reason}",
        { Workers.Count: 0, Batches.Retryable: > 0 } => $"waiting after a failed attempt: {progress.OldestError}",
        { Workers.Count: 0 } => "no worker has it",
        { Workers.Count: > 1 } => $"{progress.Workers.Count} workers",
        _ => null,
    };

    /// <summary>At most three of the jobs by number; empty when there is none.</summary>
    public static string WaitsForText(IReadOnlyList<long> jobs) => jobs switch
    {
        [] => "",
        [var one] => $"waits for job {one}",
        { Count: <= 3 } => $"waits for jobs {string.Join(", ", jobs)}",
        _ => $"waits for jobs {string.Join(", ", jobs.Take(3))} and {jobs.Count - 3} more",
    };
}
