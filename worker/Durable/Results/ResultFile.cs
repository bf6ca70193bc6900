namespace RebaseBatch.Durable.Results;

/// <summary>A result file as it is to be stored.</summary>
sealed record ResultFile(string Kind, string Name, string Sha256, byte[] Content);
