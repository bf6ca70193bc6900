namespace RebaseBatch.Inference.Scheduling;

/// <summary>The longest prefix of a text that the cache has.</summary>
/// <param name="Slot">The slot that shares most; null when none shares a token.</param>
/// <param name="Shared">Tokens it shares that are in the KV cache.</param>
/// <param name="Coming">Tokens that some slot shares, including those that its sequence is about to encode.</param>
readonly record struct PrefixMatch(SequenceSlot? Slot, int Shared, int Coming);
