using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Results;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Results;

/// <summary><c>rebase results saturation JOB</c>: how the accuracy of votes grows with the number of samples.</summary>
static class ResultsSaturationCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var format = FormatOption.Create();
        var command = new DocumentedCommand("saturation", """
            Shows how the accuracy of a sampling job's votes grows with the number of samples.
            It has a row for 1, 2, 4, ... and all samples, for the majority vote and the vote weighted by the job's aggregation, each with a
            95 % interval over problems, whose number is in the last column. The last row (samples: limit; null in JSON, empty in CSV)
            estimates the accuracy with ever more samples. It is an extrapolation: a gold answer that no sample gave never wins, and samples
            without an answer do not vote. The estimate is too low if most problems have two leading answers with nearly equal shares.
            Example: rebase results saturation 7
            Example: rebase results saturation 7 --format csv > saturation.csv
            """) { job, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var samples = await JobSamples.ReadAsync(new ResultQueries(database.DataSource), parsed.GetValue(job), ct);
            foreach (var remark in samples.Remarks()) context.WriteStderr(remark);
            var rows = Saturation.Of(samples.Problems, samples.Spec.Width, samples.Scored);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, rows,
                [.. Columns(samples.Scored), new("problems", _ => samples.Problems.Count)]);
        });
        return command;
    }

    static IReadOnlyList<Column<SaturationRow>> Columns(bool scored) =>
    [
        new("samples", row => row.Samples, row => row.Samples is { } count ? InvariantText.Text(count) : "limit",
            Rank: Rank.Key),
        .. Columns("majority", Rank.Verdict, row => row.Majority),
        .. scored ? Columns("weighted", 1, row => row.Weighted!.Value) : [],
    ];

    static IEnumerable<Column<SaturationRow>> Columns(string vote, Rank rank, Func<SaturationRow, Estimate> estimate) =>
    [
        new(vote, row => estimate(row).Value, row => $"{estimate(row).Value:P1}", Rank: rank),
        new($"{vote}_low", row => estimate(row).Low, row => $"{estimate(row).Low:P1}", Rank: 2),
        new($"{vote}_high", row => estimate(row).High, row => $"{estimate(row).High:P1}", Rank: 2),
    ];
}
