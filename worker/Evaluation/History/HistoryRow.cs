using System.Globalization;
using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.History;

/// <summary>A night and a cell of it.</summary>
/// <param name="Cell">Null: the night has no cell.</param>
sealed record HistoryRow(Night Night, NightCell? Cell)
{
    /// <summary>Names in snake_case, with texts, whole numbers, numbers and null. Shares are 0 to 1.</summary>
    public static readonly IReadOnlyList<(string Name, Func<HistoryRow, object?> Value)> Columns =
    [
        ("due_at", row => row.Night.DueAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ("sweep", row => row.Night.SweepId),
        ("baseline_sweep", row => row.Night.Verdict?.BaselineSweepId),
        ("run_answer", row => row.Night.Verdict is { } verdict ? StoredNames.Of(verdict.Answer) : null),
        ("run_reason", row => row.Night.Reason),
        ("cell", row => row.Cell?.Cell.Title),
        ("tier", row => row.Cell is { } cell ? StoredNames.Of(cell.Cell.Tier) : null),
        ("answer", row => row.Cell is { } cell ? StoredNames.Of(cell.Cell.Answer) : null),
        ("reason", row => row.Cell?.Cell.Reason),
        ("problems", row => row.Cell?.Cell.Problems),
        ("seeds", row => row.Cell?.Cell.Seeds),
        ("left_out", row => row.Cell?.Cell.LeftOut),
        ("before", row => row.Cell?.Before?.Value),
        ("before_low", row => row.Cell?.Before?.Low),
        ("before_high", row => row.Cell?.Before?.High),
        ("after", row => row.Cell?.After?.Value),
        ("after_low", row => row.Cell?.After?.Low),
        ("after_high", row => row.Cell?.After?.High),
        ("change_low", row => row.Cell?.Cell.ChangeLow),
        ("change_high", row => row.Cell?.Cell.ChangeHigh),
        ("lost", row => row.Cell?.Cell.Lost),
        ("won", row => row.Cell?.Cell.Won),
        ("adjusted_p", row => row.Cell?.Cell.AdjustedP),
        ("smallest_drop", row => row.Cell?.Cell.SmallestDrop),
        ("max_drop", row => row.Cell?.Cell.MaxDrop),
    ];
}
