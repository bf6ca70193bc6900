using RebaseBatch.Contracts;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Names of job states as people and programs read them.</summary>
static class JobStateText
{
    /// <summary>A job that was asked to stop shows it until its workers have put it down.</summary>
    public static string Of(JobState state, bool cancelRequested) =>
        cancelRequested && state is (JobState.Queued or JobState.Running) ? "cancelling" : InvariantText.Text(state);
}
