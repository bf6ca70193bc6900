using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>
/// A verdict in the columns that were there before gates had answers. <c>v_schedule_runs</c> still shows them, and workers of an older
/// version read them. Pure.
/// </summary>
sealed record OldVerdict(int Cells, string[] Gaps, string[] Losses, string[] Differences, int LeftOut)
{
    /// <summary>Cells with something to compare.</summary>
    public int Compared => Cells - Gaps.Length;

    public static OldVerdict Of(GateVerdict verdict)
    {
        // A cell that no baseline job has is none of these columns' cells.
        var held = verdict.Cells.Where(cell => cell.BaselineJobs.Count > 0).ToList();
        return new(
            held.Count, Lines(held, cell => cell.Answer is GateAnswer.Incomparable),
            Lines(held, cell => cell.Answer is GateAnswer.Block or GateAnswer.Warn), [.. verdict.EngineChanges],
            held.Where(cell => cell.Answer is not GateAnswer.Incomparable).Sum(cell => cell.LeftOut));
    }

    static string[] Lines(IEnumerable<GateCell> cells, Func<GateCell, bool> which) =>
        [.. cells.Where(which).Select(cell => $"{cell.Title}: {cell.Reason}")];
}
