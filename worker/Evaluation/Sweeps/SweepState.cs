using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Where a sweep stands, by its jobs.</summary>
enum SweepState
{
    /// <summary>None of its jobs has begun.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>All have completed.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,

    /// <summary>All have completed, and problems failed.</summary>
    [JsonStringEnumMemberName("finished_with_failures")]
    FinishedWithFailures,

    /// <summary>All have ended, and at least one was cancelled.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>All of its jobs are deleted.</summary>
    [JsonStringEnumMemberName("deleted")]
    Deleted,
}
