using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Flips;

/// <summary>Two runs in one cell, over all seeds that both have.</summary>
sealed record FlipCell
{
    public required string Title { get; init; }

    public required IReadOnlyList<FlipPair> Seeds { get; init; }

    /// <summary>Problems that were graded in both; null if there is none, or nothing that could differ.</summary>
    public required PairedOutcomes? Outcomes { get; init; }

    /// <summary>Answers that failed in either run.</summary>
    public required int Failed { get; init; }

    /// <summary>Problems without a right answer.</summary>
    public required int Ungraded { get; init; }

    /// <summary>Answers that only the first run has.</summary>
    public required int OnlyFirst { get; init; }

    public required int OnlySecond { get; init; }

    /// <summary>Answers that were right in the first run only, each seed by itself.</summary>
    public required int Lost { get; init; }

    /// <summary>Answers that were right in the second run only, each seed by itself.</summary>
    public required int Won { get; init; }

    /// <summary>
    /// The gate's number of lost answers: seeds of one problem that changed in both directions cancel each other out. With one seed it is
    /// <see cref="Lost"/>.
    /// </summary>
    public int NetLost => Outcomes?.Lost ?? 0;

    /// <summary>The gate's number of won answers.</summary>
    public int NetWon => Outcomes?.Won ?? 0;

    /// <summary>By level, then by family; only groups that the dataset names.</summary>
    public required IReadOnlyList<FlipGroup> Groups { get; init; }

    /// <summary>Answers that were compared, over all seeds.</summary>
    public required int Compared { get; init; }

    /// <summary>The outcomes, if they can be tested.</summary>
    public PairedOutcomes? Test => Gap is null ? Outcomes : null;

    public string Jobs => string.Join(' ', Seeds.Select(seed => $"{seed.First.JobId}/{seed.Second.JobId}"));

    /// <summary>Why there is no test; null if there is one.</summary>
    public string? Gap => Seeds.All(seed => seed.IsSameJob) ? "the same jobs"
        : Compared == 0 ? Ungraded > 0 ? "no right answers" : "no problem was graded in both"
        : FailedShare.IsTooLarge(Failed, Compared + Failed) ? $"{Failed} of {Compared + Failed} answers failed, more than a tenth"
        : null;
}
