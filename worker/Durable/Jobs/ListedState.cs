using System.Text.Json.Serialization;

namespace RebaseBatch.Durable.Jobs;

/// <summary>The states of jobs as lists and <c>v_jobs.state</c> show them.</summary>
enum ListedState
{
    [JsonStringEnumMemberName("queued")]
    Queued,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its cancellation was requested, and a worker still holds a batch of it.</summary>
    [JsonStringEnumMemberName("cancelling")]
    Cancelling,

    [JsonStringEnumMemberName("paused")]
    Paused,

    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Completed, and at least one problem failed.</summary>
    [JsonStringEnumMemberName("completed_with_failures")]
    CompletedWithFailures,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
