using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.History;

/// <summary>A cell in one night.</summary>
/// <param name="Before">The baseline's accuracy over the compared problems; null if nothing was compared.</param>
/// <param name="After">The run's accuracy over the same problems; null like <paramref name="Before"/>.</param>
sealed record NightCell(GateCell Cell, Estimate? Before, Estimate? After)
{
    /// <summary>The lowest accuracy that the policy tolerates; null if nothing was compared.</summary>
    public double? Limit => Cell is { Before: { } before, MaxDrop: { } drop } ? before - drop : null;
}
