using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>A cell in one night.</summary>
/// <param name="Day">The label on the axis; words may go below each other.</param>
/// <param name="Note">What a reader sees when pointing at it.</param>
sealed record NightPoint(string Day, string Note)
{
    /// <summary>The answer's sign; null for a night without an answer.</summary>
    public (Marker Marker, int Colour)? Sign { get; init; }

    /// <summary>The run's value with its interval; null if nothing was compared.</summary>
    public Estimate? Value { get; init; }

    /// <summary>The same of the baseline.</summary>
    public Estimate? Baseline { get; init; }

    /// <summary>The lowest value that is tolerated.</summary>
    public double? Limit { get; init; }
}
