namespace RebaseBatch.Tests.Durable.Batches;

/// <summary>A batch that waits in a line of the <see cref="ClaimModel"/>.</summary>
sealed record WaitingBatch(long Id, long Turn, DateTime RunAt) : IComparable<WaitingBatch>
{
    public int CompareTo(WaitingBatch? other) =>
        other is null ? 1 : (Turn, RunAt, Id).CompareTo((other.Turn, other.RunAt, other.Id));
}
