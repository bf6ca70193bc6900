using System.Text.Json.Serialization;

namespace RebaseBatch.Durable.Workers;

/// <summary>What a worker does, as far as the tables say.</summary>
enum WorkerState
{
    /// <summary>It holds batches.</summary>
    [JsonStringEnumMemberName("working")]
    Working,

    [JsonStringEnumMemberName("idle")]
    Idle,

    /// <summary>It was asked to stop, stores its work and takes no more.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,

    /// <summary>It has not reported for a minute: it was killed, or its machine or its database connection is gone.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}
