using System.Globalization;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Edge.Actions;

/// <summary>Something that the page can do to a job.</summary>
/// <param name="Name">In the path of its form.</param>
/// <param name="Run">Does it, and says in a sentence what came of it; null: there is no such job.</param>
sealed record JobAction(string Name, string Title, Func<JobStore, long, CancellationToken, Task<string?>> Run)
{
    static readonly JobAction s_cancel = new("cancel", "Cancel", static async (jobs, job, ct) => await jobs.CancelAsync(job, ct) switch
    {
        null => null,
        true => $"Job {job} is cancelled; its running batches end within seconds.",
        false => $"Job {job} had already ended.",
    });

    static readonly JobAction s_retry = new("retry", "Retry", static async (jobs, job, ct) => await jobs.RetryAsync(job, ct) switch
    {
        null => null,
        0 => $"Job {job} has nothing to retry, or is still being cancelled.",
        1 => $"1 batch of job {job} was put back into the queue.",
        { } batches => $"{batches} batches of job {job} were put back into the queue.",
    });

    public static IReadOnlyList<JobAction> All { get; } = [s_cancel, s_retry];

    /// <summary>Those that make sense for a job in this state.</summary>
    /// <param name="state">As the page shows it.</param>
    public static IEnumerable<JobAction> For(string state) => state switch
    {
        "queued" or "running" or "paused" => [s_cancel],
        "completed_with_failures" or "cancelled" => [s_retry],
        _ => [],
    };

    public string PathOf(long job) => string.Create(CultureInfo.InvariantCulture, $"/actions/jobs/{job}/{Name}");
}
