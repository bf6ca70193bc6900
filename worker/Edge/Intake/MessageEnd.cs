using RebaseBatch.Core.Datasets;

namespace RebaseBatch.Edge.Intake;

/// <summary>How the intake of a message ends.</summary>
abstract record MessageEnd
{
    /// <summary>The message is a job now, or was one before: it leaves the queue.</summary>
    /// <param name="JobId">The job; null when another delivery made it a moment ago.</param>
    /// <param name="IsNew">Whether this delivery made it.</param>
    public sealed record Accepted(long? JobId, bool IsNew) : MessageEnd
    {
        /// <summary>What the dataset had that the message names; null when this delivery read none.</summary>
        public DatasetSummary? Dataset { get; init; }
    }

    /// <summary>The message can never become a job: it is put aside for people.</summary>
    public sealed record Refused(string Reason, string Detail) : MessageEnd;

    /// <summary>The message can't become a job now: this worker holds it, or it goes back into the queue.</summary>
    public sealed record Deferred(string Why, DeferralCause Cause) : MessageEnd
    {
        public bool IsDatabase => Cause is DeferralCause.Database;
    }
}
