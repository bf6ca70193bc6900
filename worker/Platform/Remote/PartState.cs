namespace RebaseBatch.Platform.Remote;

/// <summary>Which content the first bytes of a file, kept from an earlier run, belong to.</summary>
/// <param name="Source">The file's address without secrets.</param>
/// <param name="Validator">The server's name for the content.</param>
/// <param name="Length">Bytes of the whole file; null when the server did not say.</param>
sealed record PartState(string Source, string? Validator, long? Length);
