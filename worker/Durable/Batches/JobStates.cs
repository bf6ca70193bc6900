using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Batches;

/// <summary>The values of <c>jobs.state</c>, as SQL needs them; in the code a job's state is a <see cref="JobState"/>.</summary>
static class JobStates
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";

    /// <summary>For <c>IN</c>: the job has not ended.</summary>
    public const string Unfinished = $"('{Queued}', '{Running}')";

    /// <summary>For <c>IN</c>: all batches of the job have ended.</summary>
    public const string Ended = $"('{Completed}', '{Cancelled}')";
}
