using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

[JsonConverter(typeof(SnakeCaseEnumConverter<JobState>))]
public enum JobState { Queued, Running, Completed, Cancelled }
