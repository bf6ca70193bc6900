using System.CommandLine;
using System.Text.Json;
using Npgsql;
using RebaseBatch.Commands.Compare;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Tables;
using RebaseBatch.Evaluation.Flips;

namespace RebaseBatch.Commands.Schedules;

/// <summary>
/// <c>--flips</c> of <c>schedules check</c>: below the verdicts, which problems the judged runs lost and won against their baselines, with
/// problems that flip in most nights apart. JSON is one object with <c>verdicts</c> and <c>flips</c>; CSV has a row for each problem.
/// </summary>
static class ScheduleFlips
{
    static readonly Column<UnstableProblem>[] s_unstable =
    [
        new("unstable", row => row.CustomId, row => FlipColumns.Cut(row.CustomId, 40), Rank: Rank.Key),
        new("cell", row => row.Cell, Rank: 2, Least: 16),
        new("seed", row => row.Seed, Rank: 4),
        new("baseline", row => row.BaselineCorrect ? "right" : "wrong", Rank: 1),
        new("flipped", row => row.Flipped, Rank: Rank.Verdict),
        new("nights", row => row.Nights, Rank: 1),
        new("changes", row => row.Changes, Rank: 3),
        new("question", row => row.Question, row => FlipColumns.Cut(row.Question, 60), Rank: 5, Least: 20),
    ];

    public static Option<bool> Option() => new("--flips")
    {
        Description = "Also show which problems the judged run lost and won against its baseline, and which are unstable.",
    };

    /// <param name="isOne">As of <see cref="VerdictWriter"/>.</param>
    public static async Task WriteAsync(CommandContext context, NpgsqlDataSource db, OutputFormat format,
        IReadOnlyList<GateVerdict> verdicts, bool isOne, CancellationToken ct)
    {
        var reader = new NightReader(new(db), new(db));
        var nights = new List<NightFlips>();
        foreach (var verdict in verdicts)
            if (verdict is { SweepId: { } run, BaselineSweepId: { } baseline })
                nights.Add(await reader.ReadAsync(verdict.Schedule, run, baseline, FlipsWriter.DefaultLimit(format), ct));

        if (format is OutputFormat.Table) VerdictWriter.Write(context, format, verdicts, isOne);
        else foreach (var verdict in verdicts) VerdictWriter.Remark(context, verdict, isOne);
        if (format is OutputFormat.Json) Listing.WriteJson(context.Out, json => WriteJson(json, verdicts, nights));
        if (format is OutputFormat.Csv)
            Csv.Write(context.Out, nights.SelectMany(FlipLine.Of, (night, line) => (night, line)),
                [new("schedule", row => row.night.Schedule), .. FlipLines.Columns.Select(Of)]);
        foreach (var night in nights) WriteRest(context, format, night);
    }

    static Column<(NightFlips night, FlipLine line)> Of(Column<FlipLine> column) => new(column.Name, row => column.Value(row.line));

    static void WriteRest(CommandContext context, OutputFormat format, NightFlips night)
    {
        var writer = new FlipsWriter(context, format, "'rebase compare runs' with --limit shows more");
        if (format is OutputFormat.Table)
        {
            context.Out.WriteLine();
            writer.Write(night.Report);
            if (night.Unstable.Count > 0) Listing.Write(context.Out, format, night.Unstable, s_unstable);
        }
        else writer.Remark(night.Report);

        if (night.Report.FlipsApart + night.UnstableLeftOut + night.Unstable.Count == 0) return;
        var unstable = night.Unstable.Count + night.UnstableLeftOut;
        context.WriteStderr($"schedule {night.Schedule}: {unstable} unstable {(unstable == 1 ? "problem" : "problems")}, flipped in "
            + $"more than half of the last {NightStore.LastNights} nights; {night.Report.FlipsApart} flips of this run are theirs");
    }

    static void WriteJson(Utf8JsonWriter json, IReadOnlyList<GateVerdict> verdicts, IReadOnlyList<NightFlips> nights)
    {
        json.WriteStartObject();
        json.WritePropertyName("verdicts");
        JsonSerializer.Serialize(json, verdicts, ContractsJson.Default.IReadOnlyListGateVerdict);
        json.WriteStartArray("flips");
        foreach (var night in nights) FlipColumns.Json(json).Write(night);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
