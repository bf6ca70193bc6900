using System.Text.Json.Serialization;

namespace RebaseBatch.Solving;

/// <summary>Why a worker no longer has a batch.</summary>
enum BatchOutcome
{
    /// <summary>Every problem has its result.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>The process stops, or the job's window closed: the batch was checkpointed and released.</summary>
    [JsonStringEnumMemberName("drained")]
    Drained,

    /// <summary>The job was cancelled: the finished problems have their results.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Another worker has the batch, or may have it by now: nothing more was written.</summary>
    [JsonStringEnumMemberName("lease_lost")]
    LeaseLost,

    /// <summary>This machine lacks what the work needs: the batch was given back uncounted, for other workers.</summary>
    [JsonStringEnumMemberName("machine_fault")]
    MachineFault,

    /// <summary>The database lost commits under this lease: the batch was given back, uncounted, and goes on from what is stored.</summary>
    [JsonStringEnumMemberName("rewound")]
    Rewound,

    /// <summary>The attempt failed; the batch is retried later or discarded.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
