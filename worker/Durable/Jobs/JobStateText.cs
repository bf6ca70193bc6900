using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Durable.Jobs;

/// <summary>The state of a job as programs and people read it. A job of which a problem failed is never just "completed".</summary>
static class JobStateText
{
    /// <summary>
    /// For programs, as in <c>v_jobs.state</c>. A job that has not ended and whose cancellation was requested is <c>cancelling</c>; one
    /// that is paused is <c>paused</c>, also while its last batches are given back; a completed one of which a problem failed is
    /// <c>completed_with_failures</c>.
    /// </summary>
    /// <param name="failed">How many of its problems have an error as their result.</param>
    public static string Of(JobState state, bool cancelRequested, int failed, bool isPaused = false) =>
        cancelRequested && state is (JobState.Queued or JobState.Running) ? "cancelling"
        : isPaused && state is (JobState.Queued or JobState.Running) ? "paused"
        : JobStates.OutcomeOf(state, failed) is { } outcome ? InvariantText.Text(outcome)
        : InvariantText.Text(state);

    /// <summary>For people: <c>completed, 3 failed</c>; otherwise the same text.</summary>
    public static string Shown(JobState state, bool cancelRequested, int failed, bool isPaused = false) =>
        JobStates.OutcomeOf(state, failed) is JobOutcome.CompletedWithFailures
            ? $"completed, {HumanText.Of(failed)} failed" : Of(state, cancelRequested, failed, isPaused);
}
