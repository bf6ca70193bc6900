namespace RebaseBatch.Core.Datasets;

/// <summary>What the usable lines of a dataset gave, in counts. <see cref="SummaryText"/> says it.</summary>
sealed record DatasetSummary
{
    public static DatasetSummary Empty { get; } = new();

    public int Problems { get; init; }

    /// <summary>Problems with a right answer.</summary>
    public int WithGold { get; init; }

    /// <summary>The first line whose problem has no right answer; null when all have one.</summary>
    public int? FirstWithoutGold { get; init; }

    /// <summary>The levels in order, each with its number of problems; empty when no problem has one.</summary>
    public IReadOnlyList<(short Level, int Problems)> Levels { get; init; } = [];

    /// <summary>The fields that were taken, those of one role together, the one of most lines first.</summary>
    public IReadOnlyList<FieldCount> Taken { get; init; } = [];

    /// <summary>What requests say to a model and this program does not tell it, most lines first.</summary>
    public IReadOnlyList<PartCount> Ignored { get; init; } = [];

    /// <summary>The fields that were not used, in the order in which the lines have them.</summary>
    public IReadOnlyList<PartCount> Unused { get; init; } = [];
}
