namespace RebaseBatch.Evaluation.Flips;

/// <summary>A problem that flipped against the baseline in most of a schedule's last nights: tonight's flip of it is no news.</summary>
sealed record UnstableProblem
{
    /// <summary>The baseline's problem.</summary>
    public required long ProblemId { get; init; }

    /// <summary>The cell in words.</summary>
    public required string Cell { get; init; }

    public required long Seed { get; init; }

    public required string CustomId { get; init; }

    public required ProblemGroups Groups { get; init; }

    /// <summary>Null for a problem behind the limit.</summary>
    public required string? Question { get; init; }

    /// <summary>The right answer; null for a problem behind the limit.</summary>
    public string? Gold { get; init; }

    /// <summary>Whether the baseline is right.</summary>
    public required bool BaselineCorrect { get; init; }

    /// <summary>Nights in which it was graded; a night that only repeats another night's job is none.</summary>
    public required int Nights { get; init; }

    /// <summary>Nights in which it was not as in the baseline.</summary>
    public required int Flipped { get; init; }

    /// <summary>How often it was not as in the night before.</summary>
    public required int Changes { get; init; }
}
