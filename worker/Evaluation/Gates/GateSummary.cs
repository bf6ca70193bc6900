using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Gates;

/// <summary>A verdict in words. Pure.</summary>
static class GateSummary
{
    /// <summary>PASS, WARN, BLOCK, INCONCLUSIVE, INCOMPARABLE or STALE.</summary>
    public static string Word(GateAnswer answer) => StoredNames.Of(answer).ToUpperInvariant();

    /// <summary>
    /// One line: the answer, the schedule, why, which run it is of, what that was held against, coverage, and what it could see.
    /// </summary>
    public static string Line(GateVerdict verdict) => string.Join("; ", (string[])
    [
        $"{Word(verdict.Answer)} {verdict.Schedule}: {verdict.Reason}",
        .. verdict.LastAnswer is { } last ? (string[])[$"the last judged run is {Word(last)}"] : [],
        Run(verdict),
        .. verdict.BaselineSweepId is null ? (string[])[] : [Coverage(verdict), Seen(verdict)],
        .. verdict.Repeated > 0 ? (string[])[Repeated(verdict)] : [],
        .. Unknown(verdict) is { } unknown ? (string[])[unknown] : [],
        .. Deleted(verdict) is { } deleted ? (string[])[deleted] : [],
    ]);

    /// <summary>A line for each cell that is no pass, or of which seeds of the baseline are missing, with the reason.</summary>
    public static IEnumerable<string> CellLines(GateVerdict verdict) => verdict.Cells
        .Where(cell => cell.Answer is not GateAnswer.Pass || cell.MissingSeeds.Count > 0)
        .Select(cell => $"{Word(cell.Answer)}{(cell.Tier is CellTier.Advisory ? " (advisory)" : "")} {cell.Title}: {cell.Reason}");

    /// <summary>How much of the baseline the verdict covers: "nothing got worse" says little about 2 of 20 cells.</summary>
    public static string Coverage(GateVerdict verdict)
    {
        var compared = verdict.Cells.Where(cell => cell.Answer is not GateAnswer.Incomparable).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{compared.Count:N0} of {GateText.Count(verdict.Cells.Count, "cell")} and "
            + $"{GateText.Count(compared.Sum(cell => cell.Problems), "problem")} compared");
    }

    /// <summary>That jobs were deleted after the run was judged; null if none was.</summary>
    public static string? Deleted(GateVerdict verdict)
    {
        if (verdict.DeletedJobs.Count == 0) return null;
        var gone = verdict.DeletedJobs.ToHashSet();
        string[] parts = [.. Part("the run's", cell => cell.RunJobs), .. Part("the baseline's", cell => cell.BaselineJobs)];
        return $"deleted since: {string.Join(" and ", parts)}, so that this verdict can't be checked any more";

        IEnumerable<string> Part(string whose, Func<GateCell, IEnumerable<long>> jobs)
        {
            var all = verdict.Cells.SelectMany(jobs).Distinct().ToList();
            if (all.Count(gone.Contains) is > 0 and var count) yield return $"{count} of {whose} {GateText.Count(all.Count, "job")}";
        }
    }

    static string Repeated(GateVerdict verdict) => $"{verdict.Repeated} of {GateText.Count(verdict.Cells.Count, "cell")} repeat results of "
        + $"before the run{(verdict.MeasuredAt is { } newest ? $", the newest result is of {Day(newest)}" : "")}";

    /// <summary>The smallest drop that the comparison could see.</summary>
    public static string Seen(GateVerdict verdict) => verdict.SmallestDrop is { } drop
        ? string.Create(CultureInfo.InvariantCulture, $"a drop of {GateText.Points(drop)} is seen with {verdict.Power:P0} probability")
        : "no drop could be seen, as no critical cell was run anew and compared";

    /// <summary>That the engines could not be compared; null if they were, and if nothing was run anew.</summary>
    static string? Unknown(GateVerdict verdict)
    {
        if (verdict.SmallestDrop is null) return null;
        // The answers' table knows the grader, and nothing about what they ran on.
        var engine = verdict.RanOn.Where(fact => fact.IsEngine && fact.Name != Engines.Grader).ToList();
        return (engine.Exists(fact => fact.Baseline is not null), engine.Exists(fact => fact.Run is not null)) switch
        {
            (true, true) => null,
            (false, true) => "what the baseline ran on is not known",
            (true, false) => "what the run ran on is not known",
            _ => "what both ran on is not known",
        };
    }

    static string Run(GateVerdict verdict)
    {
        var run = verdict.SweepId is null ? "no run"
            : $"run of {Day(verdict.DueAt)}, {(verdict.FinishedAt is { } end ? $"finished {Day(end)}" : "not finished")}, "
                + $"sweep {verdict.SweepId}" + (string.IsNullOrEmpty(verdict.SweepName) ? "" : $" ({verdict.SweepName})");
        return verdict.BaselineSweepId is null ? $"{run}, held against nothing"
            : $"{run}, held against sweep {verdict.BaselineSweepId}"
                + (verdict.BaselineFinishedAt is { } finished ? $" of {Day(finished)}" : "");
    }

    static string Day(DateTimeOffset? moment) => moment is { } at ? $"{at.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "an unknown time";
}
