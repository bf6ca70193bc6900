using System.Globalization;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Summaries;

/// <summary>The parts of a verdict in words and numbers, without markup. Pure.</summary>
static class VerdictText
{
    /// <summary><c>BLOCK</c></summary>
    public static string Answer(GateAnswer answer) => StoredNames.Of(answer).ToUpperInvariant();

    /// <summary>Lost answers, as in <see cref="GateCell.Lost"/>.</summary>
    public static int Lost(GateVerdict verdict) => verdict.Cells.Sum(cell => cell.Lost);

    /// <summary>Won answers, as in <see cref="GateCell.Won"/>.</summary>
    public static int Won(GateVerdict verdict) => verdict.Cells.Sum(cell => cell.Won);

    /// <summary>
    /// <c> net</c> if the seeds of a problem cancel each other out in a cell's lost and won answers; nothing for one seed. The flips of two
    /// runs count each seed by itself.
    /// </summary>
    public static string Net(GateCell cell) => cell.Seeds > 1 ? " net of a problem's seeds" : "";

    /// <summary>The cells from the worst to the best; of equal ones the critical first, then those that lost most.</summary>
    public static IReadOnlyList<GateCell> WorstFirst(GateVerdict verdict) =>
        [.. verdict.Cells.OrderByDescending(cell => cell.Answer).ThenBy(cell => cell.Tier).ThenByDescending(cell => cell.Lost - cell.Won)];

    /// <summary><c>22 of 24 cells</c></summary>
    public static string Compared(GateVerdict verdict) => string.Create(CultureInfo.InvariantCulture,
        $"{verdict.Cells.Count(cell => cell.Answer is not GateAnswer.Incomparable)} of {verdict.Cells.Count} ")
        + (verdict.Cells.Count == 1 ? "cell" : "cells");

    /// <summary><c>63.3 %</c>; nothing for null.</summary>
    public static string Percent(double? share) =>
        share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:F1} %") : "";

    /// <summary><c>+1.5</c>, in points.</summary>
    public static string Points(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:+0.0;-0.0;0.0}");

    /// <summary><c>-9.5 (-13.2 to -5.8)</c>, in points; nothing if the cell was not compared.</summary>
    public static string Change(GateCell cell) => cell is not { Before: { } before, After: { } after } ? ""
        : cell is { ChangeLow: { } low, ChangeHigh: { } high } ? $"{Points(after - before)} ({Points(low)} to {Points(high)})"
        : Points(after - before);

    /// <summary><c>0.012</c>; below a thousandth <c>&lt; 0.001</c>.</summary>
    public static string Chance(double? p) => p is not { } known ? ""
        : known < 0.001 ? "< 0.001" : known.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary><c>2026-11-30 01:00Z</c></summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary><c>sweep 9 (night), due 2026-11-30 01:00Z, finished 2026-11-30 03:12Z</c></summary>
    public static string Run(GateVerdict verdict)
    {
        var parts = new List<string>();
        if (verdict.SweepId is { } sweep) parts.Add($"sweep {sweep}{(verdict.SweepName is { Length: > 0 } name ? $" ({name})" : "")}");
        if (verdict.DueAt is { } due) parts.Add($"due {Moment(due)}");
        if (verdict.FinishedAt is { } finished) parts.Add($"finished {Moment(finished)}");
        return parts.Count == 0 ? "no run" : string.Join(", ", parts);
    }

    /// <summary><c>sweep 1, finished 2026-11-01 03:12Z</c>; null: the run was held against nothing.</summary>
    public static string? Baseline(GateVerdict verdict) => verdict.BaselineSweepId is not { } sweep ? null
        : verdict.BaselineFinishedAt is { } finished ? $"sweep {sweep}, finished {Moment(finished)}" : $"sweep {sweep}";

    /// <summary>A cell's numbers in one line; why it has none, if it was not compared.</summary>
    public static string Figures(GateCell cell) => cell.Before is null ? cell.Reason
        : string.Create(CultureInfo.InvariantCulture,
            $"{Percent(cell.Before)} before, {Percent(cell.After)} now, {Change(cell)} points over {cell.Problems} problems")
            + $"{(cell.Seeds > 1 ? $" and {cell.Seeds} seeds" : "")}, {cell.Lost} lost, {cell.Won} won{Net(cell)}"
            + (cell.AdjustedP is { } p ? $", p {(p < 0.001 ? "" : "= ")}{Chance(p)}" : "");
}
