using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>One search that this worker has under way.</summary>
/// <param name="CustomId">The problem's name in its dataset.</param>
/// <param name="Depth">Of the steps under way, from 1; 0 before the first.</param>
/// <param name="RemainingWidth">How many more solutions can finish at most.</param>
/// <param name="Steps">Finished steps, those of earlier attempts included.</param>
/// <param name="SampledTokens">Policy tokens of those.</param>
/// <param name="Seconds">Since this attempt's start.</param>
sealed record SearchStatus(
    long JobId, int BatchNo, string CustomId, SearchStrategy Strategy, int Width, int Depth, int RemainingWidth, int Steps, long SampledTokens, double Seconds);
