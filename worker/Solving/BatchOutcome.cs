namespace RebaseBatch.Solving;

/// <summary>Why a worker let go of a batch.</summary>
enum BatchOutcome
{
    /// <summary>Every problem has its result.</summary>
    Completed,

    /// <summary>The process is to stop, or the job's window closed: checkpointed and released.</summary>
    Drained,

    /// <summary>The job was cancelled: the finished problems have their results.</summary>
    Cancelled,

    /// <summary>Someone else holds the batch, or may by now: nothing more was written.</summary>
    LeaseLost,

    /// <summary>It failed, and is retried later or discarded.</summary>
    Failed,
}
