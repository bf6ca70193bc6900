namespace RebaseBatch.Core.Searching;

/// <summary>What a search has spent so far.</summary>
/// <param name="SampledTokens">Tokens that the policy sampled.</param>
/// <param name="Flops">Operations of the policy for these tokens.</param>
/// <param name="Seconds">Time of all attempts, without the time between them.</param>
/// <param name="Now">The current time, in seconds since the same moment as the deadline.</param>
readonly record struct Spending(long SampledTokens, double Flops, double Seconds, double Now);
