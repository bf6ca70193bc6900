using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>One search that this worker has under way.</summary>
sealed record SearchStatus
{
    public required long JobId { get; init; }

    public required int BatchNo { get; init; }

    /// <summary>The problem's name in its dataset.</summary>
    public required string CustomId { get; init; }

    public required SearchStrategy Strategy { get; init; }

    public required int Width { get; init; }

    /// <summary>The depth of the steps under way, from 1; 0 before the first.</summary>
    public required int Depth { get; init; }

    /// <summary>How many more solutions can finish at most.</summary>
    public required int RemainingWidth { get; init; }

    /// <summary>Finished steps, including those of earlier attempts.</summary>
    public required int Steps { get; init; }

    /// <summary>Policy tokens of these steps.</summary>
    public required long SampledTokens { get; init; }

    /// <summary>Seconds since this attempt's start.</summary>
    public required double Seconds { get; init; }
}
