using System.Globalization;
using Npgsql;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Edge.Actions;

/// <summary>Something that the page can do to a job.</summary>
/// <param name="Name">In the path of its form.</param>
/// <param name="Run">Does it, and says in a sentence what came of it; null: there is no such job.</param>
sealed record JobAction(
    string Name, string Title, Func<(NpgsqlDataSource Db, Actor Who), long, CancellationToken, Task<string?>> Run)
{
    static readonly JobAction s_cancel = new("cancel", "Cancel", static async (by, job, ct) =>
        await new JobStore(by.Db, by.Who).CancelAsync(job, ct) switch
        {
            null => null,
            true => $"Job {job} is cancelled; its running batches end within seconds.",
            false => $"Job {job} had already ended.",
        });

    static readonly JobAction s_retry = new("retry", "Retry", static async (by, job, ct) =>
        await new JobStore(by.Db, by.Who).RetryAsync(job, ct) switch
        {
            null => null,
            0 => $"Job {job} has nothing to retry, or is still being cancelled.",
            1 => $"1 batch of job {job} was put back into the queue.",
            { } batches => $"{batches} batches of job {job} were put back into the queue.",
        });

    static readonly JobAction s_pause = new("pause", "Pause", static async (by, job, ct) =>
        await new JobControl(by.Db, by.Who).PauseAsync(job, ct) switch
        {
            null => null,
            true => $"Job {job} is paused; its running batches go back into the queue within seconds.",
            false => $"Job {job} had already ended.",
        });

    static readonly JobAction s_resume = new("resume", "Resume", static async (by, job, ct) =>
        await new JobControl(by.Db, by.Who).ResumeAsync(job, ct) switch
        {
            null => null,
            true => $"Job {job} goes on.",
            false => $"Job {job} had already ended.",
        });

    public static IReadOnlyList<JobAction> All { get; } = [s_cancel, s_retry, s_pause, s_resume];

    /// <summary>Those that make sense for a job in this state.</summary>
    /// <param name="state">As the page shows it.</param>
    public static IEnumerable<JobAction> For(string state) => state switch
    {
        "queued" or "running" => [s_pause, s_cancel],
        "paused" => [s_resume, s_cancel],
        "completed_with_failures" or "cancelled" => [s_retry],
        _ => [],
    };

    public string PathOf(long job) => string.Create(CultureInfo.InvariantCulture, $"/actions/jobs/{job}/{Name}");
}
