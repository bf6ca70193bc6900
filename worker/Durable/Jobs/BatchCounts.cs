namespace RebaseBatch.Durable.Jobs;

/// <summary>How many batches of a job are in each state.</summary>
/// <param name="Available">Not claimed yet, or given back.</param>
/// <param name="Retryable">Failed and due again later.</param>
/// <param name="Discarded">Out of attempts; their problems have error answers.</param>
sealed record BatchCounts(int Available, int Running, int Retryable, int Completed, int Cancelled, int Discarded)
{
    public int All => Available + Running + Retryable + Completed + Cancelled + Discarded;
    public int Ended => Completed + Cancelled + Discarded;
}
