namespace RebaseBatch.Contracts;

/// <summary>A dataset of a sweep.</summary>
/// <param name="Path">Of a file that <c>jobs enqueue</c> takes, or its http or https address; stored without the address's query.</param>
/// <param name="Limit">Only the first so many problems; null for all.</param>
/// <param name="Sha256">Of its problems, in a sweep that is stored with a schedule: they are then in the database.</param>
public sealed record SweepDataset(string Path, int? Limit, string? Sha256 = null);
