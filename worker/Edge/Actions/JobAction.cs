using System.Globalization;
using Npgsql;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Edge.Actions;

/// <summary>Something that the page can do to a job.</summary>
/// <param name="Name">In the path of its form.</param>
/// <param name="Run">Does it, and says in words what came of it; null: there is no such job.</param>
sealed record JobAction(
    string Name, string Title, Func<(NpgsqlDataSource Db, Actor Who), long, CancellationToken, Task<string?>> Run)
{
    static readonly JobAction s_cancel = new("cancel", "Cancel", static async (by, job, ct) =>
        DeedText.OfCancel(job, await new JobStore(by.Db, by.Who).CancelAsync(job, ct)));

    static readonly JobAction s_retry = new("retry", "Retry", static async (by, job, ct) =>
        DeedText.OfRetry(job, await new JobStore(by.Db, by.Who).RetryAsync(job, ct)));

    static readonly JobAction s_pause = new("pause", "Pause", static async (by, job, ct) =>
        DeedText.OfPause(job, await new JobControl(by.Db, by.Who).PauseAsync(job, ct)));

    static readonly JobAction s_resume = new("resume", "Resume", static async (by, job, ct) =>
        DeedText.OfResume(job, await new JobControl(by.Db, by.Who).ResumeAsync(job, ct)));

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
