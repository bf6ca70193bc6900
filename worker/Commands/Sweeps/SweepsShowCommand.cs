using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Sweeps;

/// <summary><c>rebase sweeps show SWEEP</c>: a sweep and its cells.</summary>
static class SweepsShowCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var sweep = SweepArgument.Create();
        var format = FormatOption.Create();
        var command = new DocumentedCommand("show", """
            Shows a sweep and a line for each of its jobs, with the accuracy so far.
            As JSON, the jobs are the list 'cells'; as CSV, they are all.
            Example: rebase sweeps show 2
            """) { sweep, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var (id, queries) = (parsed.GetValue(sweep), new SweepQueries(database.DataSource));
            var row = await queries.OfAsync(id, ct) ?? throw NotFound.Sweep(id);
            var cells = await queries.CellsAsync(id, ct);
            switch (parsed.GetValue(format) ?? OutputFormat.Table)
            {
                case OutputFormat.Json:
                    Listing.WriteJson(context.Out, json =>
                    {
                        json.WriteStartObject();
                        Listing.WriteProperties(json, row, SweepsListCommand.Properties);
                        json.WriteStartArray("cells");
                        foreach (var cell in cells) Listing.WriteObject(json, cell, s_columns);
                        json.WriteEndArray();
                        json.WriteEndObject();
                    });
                    break;
                case OutputFormat.Csv:
                    Listing.Write(context.Out, OutputFormat.Csv, cells, s_columns);
                    break;
                default:
                    Listing.WriteOne(context.Out, OutputFormat.Table, row, SweepsListCommand.Properties);
                    Listing.Write(context.Out, OutputFormat.Table, cells, s_columns);
                    break;
            }
        });
        return command;
    }

    static readonly Column<SweepCell>[] s_columns =
    [
        new("job", cell => cell.JobId, Rank: Rank.Key),
        new("dataset", cell => DatasetTitle.Of(cell.DatasetName), Rank: 4, Least: 10),
        new("policy", cell => RemoteUri.NameOf(cell.Policy), Rank: 2, Least: 12),
        new("reward", cell => cell.Reward is { } reward ? RemoteUri.NameOf(reward) : null, Rank: 6, Least: 12),
        new("strategy", cell => cell.Strategy, Rank: 1),
        new("width", cell => cell.Width, Rank: 1),
        new("seed", cell => cell.Seed, Rank: 7),
        new("state", cell => cell.State, Rank: Rank.Verdict),
        new("problems", cell => cell.Problems, Rank: 5),
        new("answered", cell => cell.Answered, Rank: 3),
        new("failed", cell => cell.Failed, Rank: 5),
        new("unanswered", cell => cell.Unanswered),
        new("correct", cell => cell.Correct),
        new("graded", cell => cell.Graded),
        new("accuracy", cell => cell.Graded == 0 ? null : (double)cell.Correct / cell.Graded,
            cell => cell.Graded == 0 ? "" : AccuracyText.Of(cell.Correct, cell.Graded), Rank: Rank.Verdict),
        new("tags", cell => cell.Tags.ToString(), Rank: 8, Least: 10),
    ];
}
