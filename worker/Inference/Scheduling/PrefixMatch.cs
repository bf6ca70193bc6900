namespace RebaseBatch.Inference.Scheduling;

/// <summary>The best that the cache has for a text.</summary>
/// <param name="Slot">The slot that shares most, or null.</param>
/// <param name="Shared">Tokens it shares that are in the KV cache.</param>
/// <param name="Coming">Tokens that some running branch shares, counting those it is about to encode.</param>
readonly record struct PrefixMatch(SequenceSlot? Slot, int Shared, int Coming);
