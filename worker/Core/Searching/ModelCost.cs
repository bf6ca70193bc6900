namespace RebaseBatch.Core.Searching;

/// <summary>What one step cost one model.</summary>
/// <param name="Evaluated">Tokens that went through the model for it, after prefix sharing.</param>
/// <param name="Reencoded">Those of them that the search had encoded before and lost to eviction, preemption or a restart.</param>
/// <param name="Seconds">Its share of the decode calls it was in, by tokens.</param>
readonly record struct ModelCost(int Evaluated, int Reencoded, double Seconds);
