namespace RebaseBatch.Durable.Results;

/// <summary>Proof that a result file is durable.</summary>
/// <param name="Address">Full path or URI.</param>
/// <param name="Created">False when the store had the same content already.</param>
sealed record BlobReceipt(string Name, string Address, bool Created);
