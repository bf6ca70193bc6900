using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;

namespace RebaseBatch.Evaluation.History;

/// <summary>One run of a schedule, as its history shows it.</summary>
sealed record Night
{
    public required DateTimeOffset DueAt { get; init; }

    public required long SweepId { get; init; }

    /// <summary>The stored verdict; null if there is none that can be shown.</summary>
    public required GateVerdict? Verdict { get; init; }

    /// <summary>Why there is no verdict, in one sentence without a period; null if there is one.</summary>
    public required string? Gap { get; init; }

    /// <summary>The verdict's cells; none without a verdict.</summary>
    public IReadOnlyList<NightCell> Cells { get; init; } = [];

    public string Reason => Gap ?? (Verdict is null ? "" : GateSummary.Deleted(Verdict) is { } deleted
        ? $"{Verdict.Reason}; {deleted}" : Verdict.Reason);

    /// <summary>The named cell of this night; null if the verdict has none of that name.</summary>
    public NightCell? CellOf(string title) => Cells.FirstOrDefault(cell => cell.Cell.Title == title);
}
