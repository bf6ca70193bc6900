namespace RebaseBatch.Contracts.Gates;

/// <summary>What a webhook tells of a run.</summary>
public sealed record VerdictEventData
{
    public required GateVerdict Verdict { get; init; }

    /// <summary>
    /// Cells that the verdict has here no more, because there are too many for a message: the best ones. The counts are of all cells.
    /// </summary>
    public int CellsLeftOut { get; init; }

    /// <summary>Answers that were right in the baseline only, over all cells.</summary>
    public required int Lost { get; init; }

    /// <summary>Answers that are right in the run only, over all cells.</summary>
    public required int Won { get; init; }

    /// <summary>The report of the run on the worker's page; null: the worker does not know its page's address.</summary>
    public Uri? Report { get; init; }

    /// <summary>The same for people, in Markdown.</summary>
    public required string Summary { get; init; }
}
