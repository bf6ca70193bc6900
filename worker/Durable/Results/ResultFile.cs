namespace RebaseBatch.Durable.Results;

/// <summary>A result file to store.</summary>
sealed record ResultFile(string Kind, string Name, string Sha256, byte[] Content);
