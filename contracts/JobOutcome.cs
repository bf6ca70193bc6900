using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>How a job ended. The table's state (<see cref="JobState"/>) does not tell the first two apart.</summary>
[JsonConverter(typeof(StoredNameConverter<JobOutcome>))]
public enum JobOutcome
{
    /// <summary>Every problem has a result, and none of them is an error.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Every problem has a result, and the result of at least one is an error.</summary>
    [JsonStringEnumMemberName("completed_with_failures")]
    CompletedWithFailures,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
