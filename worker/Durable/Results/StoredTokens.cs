namespace RebaseBatch.Durable.Results;

/// <summary>What the stored steps of a problem add up to for one model.</summary>
/// <param name="Cached">Null if it is not known of a step that evaluated tokens.</param>
readonly record struct StoredTokens(long Evaluated, long Reencoded, long? Cached);
