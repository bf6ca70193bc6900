namespace RebaseBatch.Durable.Results;

/// <summary>Proof that a result file is durable.</summary>
/// <param name="Address">Full path or URI.</param>
/// <param name="Created">False when the same content was there already.</param>
sealed record BlobReceipt(string Name, string Address, bool Created);
