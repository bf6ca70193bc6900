namespace RebaseBatch.Durable.Jobs;

/// <summary>What is particular about where a job stands, in words.</summary>
static class JobRemarks
{
    /// <summary>Null when there is nothing to add to the figures.</summary>
    public static string? Of(JobProgress progress) => progress switch
    {
        { Ended: true } => null,
        { Batches: var batches } when batches.Ended == batches.All => "result files are being written",
        { Workers.Count: 0, Batches.Retryable: > 0 } => $"waiting after a failed attempt: {progress.OldestError}",
        { Workers.Count: 0 } => "no worker has it",
        { Workers.Count: > 1 } => $"{progress.Workers.Count} workers",
        _ => null,
    };
}
