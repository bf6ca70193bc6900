namespace RebaseBatch.Durable.Jobs;

/// <summary>What came of a change of a job, in words: for commands and the page alike. Null where there is no such job.</summary>
static class DeedText
{
    /// <param name="done">As <see cref="JobStore.CancelAsync"/> returns it.</param>
    public static string? OfCancel(long job, bool? done) =>
        Of(job, done, $"job {job} is cancelled; its running batches end within seconds");

    /// <param name="batches">As <see cref="JobStore.RetryAsync"/> returns it.</param>
    public static string? OfRetry(long job, int? batches) => batches switch
    {
        null => null,
        0 => $"job {job} has nothing to retry, or is still being cancelled",
        1 => $"1 batch of job {job} was put back into the queue",
        _ => $"{batches} batches of job {job} were put back into the queue",
    };

    /// <param name="done">As <see cref="JobControl.PauseAsync"/> returns it.</param>
    public static string? OfPause(long job, bool? done) =>
        Of(job, done, $"job {job} is paused; its running batches go back into the queue within seconds");

    /// <param name="done">As <see cref="JobControl.ResumeAsync"/> returns it.</param>
    public static string? OfResume(long job, bool? done) => Of(job, done, $"job {job} goes on");

    static string? Of(long job, bool? done, string sentence) => done switch
    {
        null => null,
        true => sentence,
        false => $"job {job} had already ended",
    };
}
