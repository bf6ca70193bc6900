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

    /// <summary>How the job ended; null while it has not.</summary>
    /// <param name="failed">How many of its problems have an error as their result.</param>
    public static JobOutcome? OutcomeOf(JobState state, int failed) => state switch
    {
        JobState.Completed => failed > 0 ? JobOutcome.CompletedWithFailures : JobOutcome.Completed,
        JobState.Cancelled => JobOutcome.Cancelled,
        _ => null,
    };
}
