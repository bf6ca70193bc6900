using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Tables;
using RebaseBatch.Evaluation.Gates;

namespace RebaseBatch.Commands.Schedules;

/// <summary>Writes verdicts: the answers to stdout, and what the runs ran on to stderr.</summary>
static class VerdictWriter
{
    static readonly IReadOnlyList<Column<(GateVerdict Run, GateCell? Cell)>> s_columns =
    [
        new("schedule", row => row.Run.Schedule), new("answer", row => StoredNames.Of(row.Run.Answer)), new("due_at", row => row.Run.DueAt),
        new("sweep", row => row.Run.SweepId), new("baseline", row => row.Run.BaselineSweepId),
        new("cell", row => row.Cell?.Title), new("tier", row => row.Cell is { } cell ? StoredNames.Of(cell.Tier) : null),
        new("cell_answer", row => row.Cell is { } cell ? StoredNames.Of(cell.Answer) : null), new("problems", row => row.Cell?.Problems),
        new("seeds", row => row.Cell?.Seeds), new("left_out", row => row.Cell?.LeftOut), new("before", row => row.Cell?.Before),
        new("after", row => row.Cell?.After), new("change_low", row => row.Cell?.ChangeLow),
        new("change_high", row => row.Cell?.ChangeHigh), new("lost", row => row.Cell?.Lost), new("won", row => row.Cell?.Won),
        new("p", row => row.Cell?.P),
        new("adjusted_p", row => row.Cell?.AdjustedP), new("smallest_drop", row => row.Cell?.SmallestDrop),
        new("max_drop", row => row.Cell?.MaxDrop), new("reason", row => row.Cell?.Reason ?? row.Run.Reason),
    ];

    static readonly IReadOnlyList<Column<GateFact>> s_facts =
    [
        new("ran_on", fact => fact.Name, Rank: Rank.Key),
        new("baseline", fact => fact.Baseline ?? "not known", Rank: 1, Least: 12, Wraps: true),
        new("run", fact => fact.Run ?? "not known", Rank: 1, Least: 12, Wraps: true),
        new("note", fact => fact is { Differs: true, IsEngine: true } ? "another engine" : fact.Differs ? "differs" : null,
            Title: "", Rank: Rank.Verdict),
    ];

    /// <param name="isOne">Whether one schedule was asked for by name: then all facts about its engines are shown.</param>
    public static void Write(CommandContext context, OutputFormat format, IReadOnlyList<GateVerdict> verdicts, bool isOne)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Listing.WriteJson(context.Out, json =>
                    System.Text.Json.JsonSerializer.Serialize(json, verdicts, ContractsJson.Default.IReadOnlyListGateVerdict));
                break;
            case OutputFormat.Csv:
                Csv.Write(context.Out, verdicts.SelectMany(run => run.Cells.DefaultIfEmpty(), (run, cell) => (run, cell)), s_columns);
                break;
            default:
                foreach (var verdict in verdicts)
                {
                    Listing.WriteSentence(context.Out, GateSummary.Line(verdict));
                    foreach (var cell in GateSummary.CellLines(verdict)) Listing.WriteSentence(context.Out, $"  {cell}");
                }

                break;
        }

        foreach (var verdict in verdicts) Remark(context, verdict, isOne);
    }

    /// <summary>What the runs ran on, to stderr.</summary>
    public static void Remark(CommandContext context, GateVerdict verdict, bool isOne)
    {
        foreach (var difference in verdict.EngineChanges)
            context.WriteStderr($"schedule {verdict.Schedule}: run and baseline did not run alike, and that alone may change scores: "
                + difference);
        foreach (var cell in verdict.NotInBaseline)
            context.WriteStderr($"schedule {verdict.Schedule}: the baseline has no cell {cell}, so nothing is said of it");
        if (isOne && verdict.RanOn.Count > 0) Listing.WriteTable(context.Stderr, verdict.RanOn, s_facts);
    }
}
