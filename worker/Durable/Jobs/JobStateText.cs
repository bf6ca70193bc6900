using RebaseBatch.Contracts;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Durable.Jobs;

/// <summary>The state of a job as people and programs read it.</summary>
static class JobStateText
{
    /// <summary>A job that has not ended and whose cancellation was requested is <c>cancelling</c>.</summary>
    public static string Of(JobState state, bool cancelRequested) =>
        cancelRequested && state is (JobState.Queued or JobState.Running) ? "cancelling" : InvariantText.Text(state);
}
