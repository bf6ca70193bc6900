namespace RebaseBatch.Platform.Remote;

/// <summary>What the first bytes of a file, kept from an earlier run, are of.</summary>
/// <param name="Source">Its address as it may be seen.</param>
/// <param name="Validator">What the server called the content.</param>
/// <param name="Length">Of the whole file; null when the server did not say.</param>
sealed record PartState(string Source, string? Validator, long? Length);
