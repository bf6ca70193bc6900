using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>The state of a job. The first claim makes it running; the end of its last batch completes or cancels it.</summary>
[JsonConverter(typeof(StoredNameConverter<JobState>))]
public enum JobState
{
    [JsonStringEnumMemberName("queued")]
    Queued,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("completed")]
    Completed,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
