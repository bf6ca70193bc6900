using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Flips;

namespace RebaseBatch.Evaluation.History;

/// <summary>A schedule's last runs.</summary>
sealed record ScheduleHistory
{
    /// <summary>The schedule's name.</summary>
    public required string Schedule { get; init; }

    /// <summary>What its gate says now, by what is stored.</summary>
    public required GateVerdict Now { get; init; }

    /// <summary>The oldest first.</summary>
    public required IReadOnlyList<Night> Nights { get; init; }

    /// <summary>How many runs the schedule has in all.</summary>
    public required int Runs { get; init; }

    /// <summary>Problems that flipped against the baseline in most of the last nights.</summary>
    public IReadOnlyList<UnstableProblem> Unstable { get; init; } = [];

    /// <summary>How many more of them there are.</summary>
    public int UnstableLeftOut { get; init; }

    /// <summary>The cells' titles: those of the newest verdict in its order, then those that only older verdicts have.</summary>
    public IReadOnlyList<string> Cells => [.. Nights.Reverse().SelectMany(night => night.Cells).Select(cell => cell.Cell.Title).Distinct()];

    /// <summary>A row for each night and cell; one row for a night without cells.</summary>
    public IReadOnlyList<HistoryRow> Rows =>
        [.. Nights.SelectMany(night => night.Cells.Count == 0 ? [new HistoryRow(night, null)]
            : night.Cells.Select(cell => new HistoryRow(night, cell)))];
}
