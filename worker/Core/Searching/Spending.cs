namespace RebaseBatch.Core.Searching;

/// <summary>What a search has spent so far.</summary>
/// <param name="SampledTokens">Tokens drawn from the policy.</param>
/// <param name="Flops">2 × parameters × tokens, on whichever of the two columns the limit is meant for.</param>
/// <param name="Seconds">Time spent searching, without the time between attempts.</param>
/// <param name="Now">The present, in seconds since the same zero as the deadline.</param>
readonly record struct Spending(long SampledTokens, double Flops, double Seconds, double Now);
