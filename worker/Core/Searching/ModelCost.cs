namespace RebaseBatch.Core.Searching;

/// <summary>The cost of one step for one model.</summary>
/// <param name="Evaluated">Tokens that went through the model for it, after prefix sharing.</param>
/// <param name="Reencoded">How many of these the search had encoded before and lost by eviction, preemption or a restart.</param>
/// <param name="Seconds">Its share, by tokens, of the decode calls that it was part of.</param>
readonly record struct ModelCost(int Evaluated, int Reencoded, double Seconds);
