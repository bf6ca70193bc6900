using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>Where a job stands. The first claim makes it running; the end of its last batch completes or cancels it.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<JobState>))]
public enum JobState { Queued, Running, Completed, Cancelled }
