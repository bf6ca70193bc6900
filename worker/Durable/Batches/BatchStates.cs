namespace RebaseBatch.Durable.Batches;

/// <summary>
/// The values of <c>batches.state</c>. <see cref="BatchTransitions"/> has every statement that changes one; everybody else only reads them.
/// SQL outside this folder has no <c>state = 'running'</c>: it takes the constant into the string.
/// </summary>
static class BatchStates
{
    /// <summary>Not claimed yet, or given back.</summary>
    public const string Available = "available";

    /// <summary>Held under a lease.</summary>
    public const string Running = "running";

    /// <summary>Its last attempt failed; it can be claimed once <c>run_at</c> is past.</summary>
    public const string Retryable = "retryable";

    /// <summary>Every problem has an answer, which may be an error.</summary>
    public const string Completed = "completed";

    /// <summary>Its job was cancelled; problems may be without an answer.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Out of attempts; every problem without an answer got an error.</summary>
    public const string Discarded = "discarded";

    /// <summary>For <c>IN</c>: a worker may claim the batch. The index <c>batches_claimable</c> has the same condition.</summary>
    public const string Claimable = $"('{Available}', '{Retryable}')";

    /// <summary>For <c>IN</c>: the batch has not ended. The index <c>batches_unfinished</c> has the same condition.</summary>
    public const string Unfinished = $"('{Available}', '{Running}', '{Retryable}')";
}
