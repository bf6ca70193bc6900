namespace RebaseBatch.Durable.Jobs;

/// <summary>Which jobs a new job waits for.</summary>
/// <param name="Jobs">Their numbers; empty: it waits for none.</param>
/// <param name="AnyEnd">
/// Whether it is enough that they end. Else each must complete without a failed problem, and a job that waits for another end is cancelled.
/// </param>
sealed record JobAfter(IReadOnlyList<long> Jobs, bool AnyEnd)
{
    public static readonly JobAfter None = new([], AnyEnd: false);
}
