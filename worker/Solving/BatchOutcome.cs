using System.Text.Json.Serialization;

namespace RebaseBatch.Solving;

/// <summary>Why a worker let go of a batch.</summary>
enum BatchOutcome
{
    /// <summary>Every problem has its result.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>The process is to stop, or the job's window closed: checkpointed and released.</summary>
    [JsonStringEnumMemberName("drained")]
    Drained,

    /// <summary>The job was cancelled: the finished problems have their results.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Someone else holds the batch, or may by now: nothing more was written.</summary>
    [JsonStringEnumMemberName("lease_lost")]
    LeaseLost,

    /// <summary>It failed, and is retried later or discarded.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
